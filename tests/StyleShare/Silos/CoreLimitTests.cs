using StyleShare.Silos;

namespace StyleShare.Tests.Silos;

public sealed class CoreLimitTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("styleshare-cgroup-").FullName;

    [Fact]
    public void Without_a_limit_it_has_the_cores_of_the_machine()
    {
        Write("cpu.max", "max 100000\n");
        Assert.Null(CoreLimit.OfGroups(_root, "0::/\n"));
        Assert.Null(CoreLimit.OfGroups(Path.Combine(_root, "none"), groups: null));
        Assert.InRange(CoreLimit.Read(), 0.01, Environment.ProcessorCount);
    }

    [Fact]
    public void Half_a_core_is_half_a_core()
    {
        Write("cpu.max", "50000 100000\n");
        Assert.Equal(0.5, CoreLimit.OfGroups(_root, "0::/\n"));
    }

    [Fact]
    public void The_least_limit_of_all_groups_that_it_is_in_holds()
    {
        Write("pod/box/cpu.max", "max 100000\n");
        Write("pod/cpu.max", "150000 100000\n");
        Write("cpu.max", "400000 100000\n");
        Assert.Equal(1.5, CoreLimit.OfGroups(_root, "1:name=systemd:/x\n0::/pod/box\n"));
    }

    [Fact]
    public void Version_1_has_it_in_two_files()
    {
        Write("cpu/cpu.cfs_quota_us", "250000\n");
        Write("cpu/cpu.cfs_period_us", "100000\n");
        Assert.Equal(2.5, CoreLimit.OfGroups(_root, "4:cpu:/\n"));
        Write("cpu/cpu.cfs_quota_us", "-1\n");
        Assert.Null(CoreLimit.OfGroups(_root, "4:cpu:/\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("max")]
    [InlineData("0 0")]
    [InlineData("-5 100000")]
    [InlineData("a b c")]
    public void What_is_no_limit_is_none(string text) => Assert.Null(CoreLimit.OfVersion2(text));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
