using System.Collections.Immutable;
using Npgsql;
using StyleShare.Points;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

/// <summary>A database with storage alone, and transactions as rules make them.</summary>
public sealed class LedgerSteps : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private TestStorage? _storage;

    public static DateTimeOffset At { get; } = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    public TestDatabase Database => _database;

    public NpgsqlDataSource Source => _database.Source;

    public ICommitter Committer => _storage!.Committer;

    public IServiceProvider Services => _storage!.Services;

    public static LedgerTransaction Earn(Guid merchant, Guid user, long points, DateTimeOffset? expires = null, Guid? id = null) => new(
        id ?? Guid.CreateVersion7(), merchant, "till 1", At,
        [
            new(LedgerAccount.Issued(merchant), EntryKind.Earn, -points),
            new(LedgerAccount.Member(merchant, user), EntryKind.Earn, points, [new(expires, points)]),
        ]);

    public static LedgerTransaction Spend(Guid merchant, Guid user, params ImmutableArray<LotPart> lots)
    {
        var points = lots.Sum(lot => lot.Points);
        return new(
            Guid.CreateVersion7(), merchant, "hold 1", At,
            [
                new(LedgerAccount.Member(merchant, user), EntryKind.Redemption, -points, [.. lots.Select(lot => lot with { Points = -lot.Points })]),
                new(LedgerAccount.Redeemed(merchant), EntryKind.Redemption, points),
            ]);
    }

    public Task Post(params ReadOnlySpan<LedgerTransaction> transactions)
    {
        var change = new Change();
        foreach (var transaction in transactions)
            change.Post(transaction);
        return Committer.Commit(change);
    }

    public async Task<(long Balance, long Lines)> Account(LedgerAccount account)
    {
        await using var command = Source.CreateCommand("SELECT balance, lines FROM point_accounts WHERE id = $1");
        command.Parameters.AddWithValue(account.Id);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    public async Task<IReadOnlyList<LotPart>> Lots(LedgerAccount account)
    {
        await using var command = Source.CreateCommand(
            "SELECT nullif(expires_at, 'infinity'), remaining FROM point_lots WHERE account_id = $1 ORDER BY expires_at");
        command.Parameters.AddWithValue(account.Id);
        await using var reader = await command.ExecuteReaderAsync();
        List<LotPart> lots = [];
        while (await reader.ReadAsync())
            lots.Add(new(reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1)));
        return lots;
    }

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _storage = await TestStorage.StartAsync(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        await _database.DisposeAsync();
    }
}
