using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

[Trait("Pooler", "transaction")]
public sealed class GrainStateStorageTests(CounterStorage counters) : IClassFixture<CounterStorage>
{
    private readonly IGrainStorage _storage = counters.Storage.Services.GetRequiredKeyedService<IGrainStorage>(GrainStateStorage.Name);
    private readonly GrainId _id = GrainId.Create("claim", Guid.NewGuid().ToString());

    [Fact]
    public async Task What_is_written_is_read()
    {
        Assert.False((await ReadAsync()).RecordExists);
        var state = await ReadAsync();
        state.State = new Claim { Owner = "미나 \"quoted\" \\ 😀" };
        await WriteAsync(state);
        Assert.True(state.RecordExists);
        var read = await ReadAsync();
        Assert.Equal((state.State.Owner, state.ETag, true), (read.State.Owner, read.ETag, read.RecordExists));
    }

    [Fact]
    public async Task Only_one_first_write_and_one_write_of_a_version_goes_well()
    {
        var one = await ReadAsync();
        var two = await ReadAsync();
        one.State.Owner = "one";
        two.State.Owner = "two";
        await WriteAsync(one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(two));
        var late = await ReadAsync();
        await WriteAsync(one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(late));
        Assert.Equal("one", (await ReadAsync()).State.Owner);
    }

    [Fact]
    public async Task A_writer_from_before_a_clearing_is_stale_also_when_it_was_written_again()
    {
        var state = await ReadAsync();
        await WriteAsync(state);
        var old = await ReadAsync();
        await _storage.ClearStateAsync("state", _id, state);
        Assert.False(state.RecordExists);
        Assert.False((await ReadAsync()).RecordExists);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(old));

        state.State = new Claim { Owner = "again" };
        await WriteAsync(state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(old));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("state", _id, old));
        Assert.Equal("again", (await ReadAsync()).State.Owner);
    }

    [Fact]
    public async Task Clearing_what_was_never_written_does_nothing()
    {
        var state = await ReadAsync();
        await _storage.ClearStateAsync("state", _id, state);
        Assert.Null(state.ETag);
        await WriteAsync(state);
        Assert.True((await ReadAsync()).RecordExists);
    }

    private async Task<GrainState<Claim>> ReadAsync()
    {
        var state = new GrainState<Claim>();
        await _storage.ReadStateAsync("state", _id, state);
        return state;
    }

    private Task WriteAsync(GrainState<Claim> state) => _storage.WriteStateAsync("state", _id, state);

    internal sealed class Claim
    {
        public string Owner { get; set; } = "";
    }
}
