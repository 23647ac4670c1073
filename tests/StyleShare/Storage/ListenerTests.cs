using Microsoft.Extensions.DependencyInjection;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

public sealed class ListenerTests : IAsyncLifetime
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private readonly SemaphoreSlim _gaps = new(0);
    private readonly SemaphoreSlim _said = new(0);
    private TestDatabase _database = null!;
    private TestStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _storage = await TestStorage.StartAsync(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        await _database.DisposeAsync();
        _gaps.Dispose();
        _said.Dispose();
    }

    [Fact]
    public async Task What_is_said_is_heard_also_on_a_channel_that_is_added_later()
    {
        Subscribe("first");
        Assert.True(await _gaps.WaitAsync(Generous, _ct));
        Subscribe("second");
        Assert.True(await _gaps.WaitAsync(Generous, _ct));
        await _database.ExecuteAsync("NOTIFY first, 'word'");
        Assert.True(await _said.WaitAsync(Generous, _ct));
        await _database.ExecuteAsync("NOTIFY second, 'word'");
        Assert.True(await _said.WaitAsync(Generous, _ct));
    }

    [Fact]
    public async Task A_cut_connection_is_opened_again_and_the_gap_is_told()
    {
        Subscribe("first");
        Assert.True(await _gaps.WaitAsync(Generous, _ct));
        await _database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'styleshare-listen' AND datname = current_database()");
        Assert.True(await _gaps.WaitAsync(Generous, _ct));
        await _database.ExecuteAsync("NOTIFY first, 'word'");
        Assert.True(await _said.WaitAsync(Generous, _ct));
    }

    [Fact]
    public async Task A_commit_raises_the_signals_of_its_statements_and_no_others()
    {
        await _database.ExecuteAsync("CREATE TABLE things (id uuid PRIMARY KEY)");
        var loud = Insert("loud", "things");
        var quiet = Insert("quiet", signal: null);
        var signals = _storage.Services.GetRequiredService<CommitSignals>();
        var raised = 0;
        signals.Subscribe("things", () => Interlocked.Increment(ref raised));
        await Commit(quiet);
        Assert.Equal(0, raised);
        await Commit(loud);
        Assert.Equal(1, raised);
    }

    private static Statement<Guid> Insert(string name, string? signal) =>
        new(name, "INSERT INTO things SELECT id FROM rows", Expect.EveryRow, Column.Uuid<Guid>("id", id => id)) { Signal = signal };

    private async Task Commit(Statement<Guid> statement)
    {
        var change = new Change();
        change.Add(statement, Guid.NewGuid());
        await _storage.Committer.Commit(change, _ct);
    }

    private void Subscribe(string channel) => _storage.Services.GetRequiredService<Listener>().Subscribe(
        channel, payload => (payload.Length == 0 ? _gaps : _said).Release());
}
