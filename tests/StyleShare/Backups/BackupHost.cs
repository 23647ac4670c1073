using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StyleShare.Backups;
using StyleShare.Objects;
using StyleShare.Testing;

namespace StyleShare.Tests.Backups;

/// <summary>The product's services on a database, none of which run: as the commands of operators have them.</summary>
internal sealed class BackupHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly List<string> _made = [];
    private readonly TestDatabase _database;

    public BackupHost(TestDatabase database, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        _database = database;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
        [
            .. PoolerServer.SettingsOf(database.ConnectionString),
            new("StyleShare:Objects:Folder:Path", database.ObjectFolder),
            new("StyleShare:Objects:Folder:Sync", "false"),
            .. settings,
        ]);
        builder.Services.AddStyleShare(builder.Configuration);
        _host = builder.Build();
    }

    public BackupMaker Maker => _host.Services.GetRequiredService<BackupMaker>();

    public BackupStore Store => _host.Services.GetRequiredService<BackupStore>();

    public BackupRestorer Restorer => _host.Services.GetRequiredService<BackupRestorer>();

    public IObjectStore Objects => _host.Services.GetRequiredService<IObjectStore>();

    /// <summary>A database with nothing in it; gone at the end.</summary>
    public async Task<string> EmptyDatabase()
    {
        var name = $"test_{Guid.NewGuid():n}";
        await _database.ExecuteAsync($"CREATE DATABASE {name}");
        _made.Add(name);
        return new NpgsqlConnectionStringBuilder(_database.DirectConnectionString) { Database = name, Pooling = false }.ConnectionString;
    }

    public Task<RestoreReport> Restore(string? name, string into) =>
        Restorer.Restore(name, into, static _ => { }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _made)
            await _database.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        _host.Dispose();
    }
}
