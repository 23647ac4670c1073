using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

[Trait("Pooler", "transaction")]
public sealed class MigratorTests
{
    [Fact]
    public async Task Many_silos_that_migrate_an_empty_database_at_once_leave_each_migration_applied_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(database.Source)));
        Assert.True(await Migrator.IsUpToDateAsync(database.Source, CancellationToken.None));
        Assert.Equal(
            await database.ScalarAsync<long>("SELECT count(*) FROM schema_migrations"),
            typeof(Migrator).Assembly.GetManifestResourceNames().LongCount(name => name.EndsWith(".sql", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_applied_migration_that_was_changed_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("UPDATE schema_migrations SET checksum = 'other' WHERE number = 1");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(database.Source));
        Assert.Contains("0001 storage", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_of_a_newer_version_is_no_obstacle()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'newer', 'x')");
        await RunAsync(database.Source);
        Assert.True(await Migrator.IsUpToDateAsync(database.Source, CancellationToken.None));
    }

    [Fact]
    public async Task A_database_without_the_schema_is_not_up_to_date()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DELETE FROM schema_migrations WHERE number = 1");
        Assert.False(await Migrator.IsUpToDateAsync(database.Source, CancellationToken.None));
        await database.ExecuteAsync("DROP TABLE schema_migrations");
        Assert.False(await Migrator.IsUpToDateAsync(database.Source, CancellationToken.None));
    }

    private static Task RunAsync(NpgsqlDataSource source) =>
        Migrator.RunAsync(source, NullLogger.Instance, CancellationToken.None);
}
