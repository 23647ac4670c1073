using Npgsql;
using StyleShare.Objects;
using StyleShare.Testing;
using StyleShare.Tests.Points;

namespace StyleShare.Tests.Backups;

/// <summary>What can be wrong with a backup or with where it is to go. A whole one is in <c>tests/Api</c>.</summary>
[Trait("Pooler", "transaction")]
public sealed class BackupTests(LedgerSteps ledger) : IClassFixture<LedgerSteps>
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_with_one_other_bit_is_refused_and_the_database_stays_empty()
    {
        await using var host = new BackupHost(ledger.Database);
        var backup = await host.Maker.Make(_ct);
        var bytes = await Read(host, backup.Dump);
        bytes[Random.Shared.Next(bytes.Length)] ^= 1;
        await host.Objects.Put(backup.Dump, new MemoryStream(bytes), bytes.Length, new ObjectMeta("application/octet-stream"), _ct);
        var into = await host.EmptyDatabase();
        Assert.Equal("backup_damaged", (await Assert.ThrowsAsync<Refusal>(() => host.Restore(backup.Name, into))).Code);
        await host.Objects.Put(backup.Dump, new MemoryStream(bytes, 0, bytes.Length - 1), bytes.Length - 1, new ObjectMeta("application/octet-stream"), _ct);
        Assert.Equal("backup_damaged", (await Assert.ThrowsAsync<Refusal>(() => host.Restore(backup.Name, into))).Code);
        Assert.Equal(0, await Scalar(into, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task A_backup_without_its_manifest_is_none()
    {
        await using var host = new BackupHost(ledger.Database);
        var backup = await host.Maker.Make(_ct);
        Assert.Contains(backup.Name, (await host.Store.List(_ct)).Select(one => one.Name));
        await host.Objects.Delete($"backups/{backup.Name}/manifest.json", _ct);
        Assert.DoesNotContain(backup.Name, (await host.Store.List(_ct)).Select(one => one.Name));
        var into = await host.EmptyDatabase();
        Assert.Equal("backup_not_found", (await Assert.ThrowsAsync<Refusal>(() => host.Restore(backup.Name, into))).Code);

        // Young ones may be of a backup that is being made.
        await host.Store.Clean(_ct);
        Assert.NotNull(await host.Objects.Head(backup.Dump, _ct));
    }

    [Fact]
    public async Task Nothing_is_stored_of_a_dump_that_breaks_off_or_of_a_program_that_is_not_there()
    {
        var folder = Directory.CreateTempSubdirectory("styleshare-programs-").FullName;
        try
        {
            await using var host = new BackupHost(ledger.Database, new KeyValuePair<string, string?>("StyleShare:Backups:Programs", folder));
            var before = await Keys(host);
            Assert.Equal("backup_program_missing", (await Assert.ThrowsAsync<Refusal>(() => host.Maker.Make(_ct))).Code);

            // As pg_dump ends when the server does: after a part of its output.
            var program = Path.Combine(folder, "pg_dump");
            await File.WriteAllTextAsync(program, "#!/bin/sh\nhead -c 300000 /dev/zero\necho 'the connection was lost' >&2\nexit 1\n", _ct);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var refused = await Assert.ThrowsAsync<Refusal>(() => host.Maker.Make(_ct));
            Assert.Equal("backup_program_failed", refused.Code);
            Assert.Contains("the connection was lost", refused.Message, StringComparison.Ordinal);
            Assert.Empty((await Keys(host)).Except(before));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_database_with_anything_in_it_is_refused_and_a_password_in_the_arguments_is_too()
    {
        await using var host = new BackupHost(ledger.Database);
        var backup = await host.Maker.Make(_ct);
        var into = await host.EmptyDatabase();
        var secret = new NpgsqlConnectionStringBuilder(into) { Password = "secret" }.ConnectionString;
        Assert.Equal("password_in_arguments", (await Assert.ThrowsAsync<Refusal>(() => host.Restore(backup.Name, secret))).Code);
        await Execute(into, "CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)");
        var refused = await Assert.ThrowsAsync<Refusal>(() => host.Restore(backup.Name, into));
        Assert.Equal("database_not_empty", refused.Code);
        Assert.Contains("public.mine", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Scalar(into, "SELECT count(*) FROM mine"));
    }

    [Fact]
    public async Task What_the_audit_finds_in_the_restored_ledger_is_said()
    {
        await using var broken = new LedgerSteps();
        await broken.InitializeAsync();
        var (shop, user) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await broken.Post(LedgerSteps.Earn(shop, user, 100));
        await using var host = new BackupHost(broken.Database);
        var good = await host.Maker.Make(_ct);
        Assert.Empty(good.Problems);
        Assert.Equal(2, good.Rows["public.ledger_lines"]);
        await broken.Database.ExecuteAsync("SET session_replication_role = replica; UPDATE point_accounts SET balance = balance + 1 WHERE kind = 1; RESET session_replication_role");
        var bad = await host.Maker.Make(_ct);
        Assert.NotEmpty(bad.Problems);

        var report = await host.Restore(good.Name, await host.EmptyDatabase());
        Assert.True(report.IsGood, string.Join('\n', report.Differences));
        report = await host.Restore(null, await host.EmptyDatabase());
        Assert.Equal(bad.Name, report.Backup.Name);
        Assert.False(report.IsGood);
        Assert.Equal(bad.Problems.Select(problem => problem.Check), report.Problems.Select(problem => problem.Check));
    }

    [Fact]
    public async Task A_backup_of_an_earlier_version_is_brought_forward()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP TABLE documents; DELETE FROM schema_migrations WHERE number = 135");
        await using var host = new BackupHost(database);
        var backup = await host.Maker.Make(_ct);
        var into = await host.EmptyDatabase();
        Assert.True((await host.Restore(backup.Name, into)).IsGood);
        Assert.Equal(0, await Scalar(into, "SELECT count(*) FROM documents"));
    }

    private static async Task<List<string>> Keys(BackupHost host)
    {
        List<string> keys = [];
        await foreach (var found in host.Objects.List("", TestContext.Current.CancellationToken))
            keys.Add(found.Key);
        return keys;
    }

    private async Task<byte[]> Read(BackupHost host, string key)
    {
        await using var content = await host.Objects.Get(key, cancellation: _ct);
        using var bytes = new MemoryStream();
        await content!.Content.CopyToAsync(bytes, _ct);
        return bytes.ToArray();
    }

    private static async Task<long> Scalar(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
