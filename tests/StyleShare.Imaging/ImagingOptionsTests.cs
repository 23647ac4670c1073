namespace StyleShare.Imaging.Tests;

public sealed class ImagingOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new ImagingOptionsCheck().Validate(null, new ImagingOptions()).Succeeded);

    [Fact]
    public void What_cannot_work_is_named()
    {
        var wrong = new ImagingOptions { Workers = 0, MemoryLimitBytes = 1, WebpEffort = 7 };
        var failures = new ImagingOptionsCheck().Validate(null, wrong).Failures!.ToArray();
        Assert.Equal(3, failures.Length);
        Assert.All(failures, failure => Assert.StartsWith("StyleShare:Imaging: ", failure, StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains("Workers", StringComparison.Ordinal));
    }
}
