namespace Compliance;

/// <summary>Keys, ids and references: what names a grain, and that a name means one grain.</summary>
public sealed class KeysTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with spaces / slashes + signs = #?")]
    [InlineData("한국어 키")]
    [InlineData("🙂")]
    [InlineData("0")]
    public async Task A_string_key_arrives_as_it_was_given(string key)
    {
        Assert.Equal(key, await cluster.Grains.GetGrain<IStringKeyGrain>(key).Key());
    }

    [Fact]
    public async Task A_guid_key_arrives_as_it_was_given()
    {
        var key = Guid.NewGuid();
        Assert.Equal(key, await cluster.Grains.GetGrain<IGuidKeyGrain>(key).Key());
        Assert.Equal(Guid.Empty, await cluster.Grains.GetGrain<IGuidKeyGrain>(Guid.Empty).Key());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task An_integer_key_arrives_as_it_was_given(long key)
    {
        Assert.Equal(key, await cluster.Grains.GetGrain<IIntegerKeyGrain>(key).Key());
    }

    [Fact]
    public async Task The_same_key_reaches_the_same_activation_and_another_key_another()
    {
        var key = Guid.NewGuid().ToString();
        var first = await cluster.Grains.GetGrain<IStringKeyGrain>(key).Activation();
        Assert.Equal(first, await cluster.Grains.GetGrain<IStringKeyGrain>(key).Activation());
        Assert.NotEqual(first, await cluster.Grains.GetGrain<IStringKeyGrain>(key + "!").Activation());
    }

    [Fact]
    public async Task A_hundred_first_calls_at_once_make_one_activation()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = Guid.NewGuid().ToString();
            var calls = Enumerable.Range(0, 100)
                .Select(_ => Task.Run(() => cluster.Grains.GetGrain<IStringKeyGrain>(key).Activation()));
            Assert.Single((await Task.WhenAll(calls)).Distinct());
        }
    }

    [Fact]
    public void References_to_one_grain_are_equal_and_hash_alike()
    {
        var one = cluster.Grains.GetGrain<IStringKeyGrain>("same");
        var two = cluster.Grains.GetGrain<IStringKeyGrain>("same");
        Assert.True(one.Equals(two));
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.False(one.Equals(cluster.Grains.GetGrain<IStringKeyGrain>("Same")));
    }

    [Fact]
    public void A_reference_knows_its_key()
    {
        var guid = Guid.NewGuid();
        Assert.Equal("k", cluster.Grains.GetGrain<IStringKeyGrain>("k").GetPrimaryKeyString());
        Assert.Equal(guid, cluster.Grains.GetGrain<IGuidKeyGrain>(guid).GetPrimaryKey());
        Assert.Equal(-7, cluster.Grains.GetGrain<IIntegerKeyGrain>(-7).GetPrimaryKeyLong());
    }

    [Fact]
    public async Task Reference_and_grain_agree_on_the_grain_id()
    {
        var grain = cluster.Grains.GetGrain<IStringKeyGrain>("id/of it");
        var id = grain.GetGrainId();
        Assert.Equal(id.ToString(), await grain.Id());
        Assert.Equal("id/of it", id.Key.ToString());
        Assert.Equal(id, GrainId.Parse(id.ToString()));
        Assert.False(id.IsDefault);
    }

    [Fact]
    public void The_grain_type_is_the_class_name_without_Grain_in_lower_case()
    {
        Assert.Equal("stringkey", cluster.Grains.GetGrain<IStringKeyGrain>("x").GetGrainId().Type.ToString());
    }

    [Fact]
    public void The_grain_type_can_be_given_by_attribute()
    {
        Assert.Equal("named-by-hand", cluster.Grains.GetGrain<INamedGrain>("x").GetGrainId().Type.ToString());
    }

    [Fact]
    public async Task A_grain_id_leads_back_to_the_grain()
    {
        var key = Guid.NewGuid().ToString();
        var grain = cluster.Grains.GetGrain<IStringKeyGrain>(key);
        var again = cluster.Grains.GetGrain<IStringKeyGrain>(grain.GetGrainId());
        Assert.Equal(await grain.Activation(), await again.Activation());
    }

    [Fact]
    public async Task A_grain_with_two_interfaces_is_one_activation_through_both()
    {
        var key = Guid.NewGuid().ToString();
        var one = cluster.Grains.GetGrain<IStringKeyGrain>(key);
        var two = one.AsReference<ISecondFaceGrain>();
        Assert.Equal(await one.Activation(), await two.SecondActivation());
        Assert.Equal(await one.Activation(), await cluster.Grains.GetGrain<ISecondFaceGrain>(key).SecondActivation());
    }

    [Fact]
    public async Task Methods_of_a_base_interface_and_a_base_class_are_the_grains_own()
    {
        var grain = cluster.Grains.GetGrain<IDerivedGrain>("d");
        Assert.Equal("base d", await grain.FromBase());
        Assert.Equal("derived d", await grain.FromDerived());
        ICommon common = grain;
        Assert.Equal("base d", await common.FromBase());
    }

    [Fact]
    public async Task Overloads_are_told_apart()
    {
        var grain = cluster.Grains.GetGrain<IDerivedGrain>("o");
        Assert.Equal("none", await grain.Over());
        Assert.Equal("text a", await grain.Over("a"));
        Assert.Equal("number 1", await grain.Over(1));
        Assert.Equal("both a 1", await grain.Over("a", 1));
    }

    [Fact]
    public async Task A_reference_can_be_passed_to_a_grain_and_called_there()
    {
        var key = Guid.NewGuid().ToString();
        var target = cluster.Grains.GetGrain<IStringKeyGrain>(key);
        var relay = cluster.Grains.GetGrain<IDerivedGrain>("relay");
        Assert.Equal(await target.Activation(), await relay.Ask(target));
        Assert.True(target.Equals(await relay.Echo(target)));
    }

    [Fact]
    public async Task A_grain_can_hand_out_a_reference_to_itself()
    {
        var grain = cluster.Grains.GetGrain<IDerivedGrain>("self");
        var self = await grain.Self();
        Assert.True(grain.Equals(self));
        Assert.Equal("derived self", await self.FromDerived());
    }

    [Fact]
    public void An_interface_that_no_class_implements_is_refused()
    {
        Assert.Throws<ArgumentException>(() => cluster.Grains.GetGrain<INobodyGrain>("x"));
    }
}

public interface IStringKeyGrain : IGrainWithStringKey
{
    Task<string> Key();

    Task<Guid> Activation();

    Task<string> Id();
}

public interface ISecondFaceGrain : IGrainWithStringKey
{
    Task<Guid> SecondActivation();
}

public sealed class StringKeyGrain : Grain, IStringKeyGrain, ISecondFaceGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task<Guid> SecondActivation() => Task.FromResult(_activation);

    public Task<string> Id() => Task.FromResult(this.GetGrainId().ToString());
}

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

public sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

public sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

public interface INamedGrain : IGrainWithStringKey
{
    Task Nothing();
}

[GrainType("named-by-hand")]
public sealed class NamedGrain : Grain, INamedGrain
{
    public Task Nothing() => Task.CompletedTask;
}

public interface INobodyGrain : IGrainWithStringKey
{
    Task Nothing();
}

public interface ICommon : IGrainWithStringKey
{
    Task<string> FromBase();
}

public interface IDerivedGrain : ICommon
{
    Task<string> FromDerived();

    Task<string> Over();

    Task<string> Over(string text);

    Task<string> Over(int number);

    Task<string> Over(string text, int number);

    Task<Guid> Ask(IStringKeyGrain target);

    Task<IStringKeyGrain> Echo(IStringKeyGrain target);

    Task<IDerivedGrain> Self();
}

public abstract class CommonGrain : Grain
{
    public Task<string> FromBase() => Task.FromResult($"base {this.GetPrimaryKeyString()}");
}

public sealed class DerivedGrain : CommonGrain, IDerivedGrain
{
    public Task<string> FromDerived() => Task.FromResult($"derived {this.GetPrimaryKeyString()}");

    public Task<string> Over() => Task.FromResult("none");

    public Task<string> Over(string text) => Task.FromResult($"text {text}");

    public Task<string> Over(int number) => Task.FromResult($"number {number}");

    public Task<string> Over(string text, int number) => Task.FromResult($"both {text} {number}");

    public Task<Guid> Ask(IStringKeyGrain target) => target.Activation();

    public Task<IStringKeyGrain> Echo(IStringKeyGrain target) => Task.FromResult(target);

    public Task<IDerivedGrain> Self() => Task.FromResult(this.AsReference<IDerivedGrain>());
}
