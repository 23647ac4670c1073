using Npgsql;

namespace StyleShare.Storage;

/// <summary>
/// Makes connections to the server itself, whatever pooler stands before it: for locks of a session, for hearing
/// <c>NOTIFY</c>, and for long work such as migrations and backups.
/// </summary>
public sealed class DirectSource : IAsyncDisposable
{
    private readonly bool _isOwn;

    internal DirectSource(NpgsqlDataSource source, string connectionString, bool isOwn) =>
        (DataSource, ConnectionString, _isOwn) = (source, connectionString, isOwn);

    /// <summary>Opens the connections; each is one session until it is closed.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>With its password, for programs that are started.</summary>
    internal string ConnectionString { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _isOwn ? DataSource.DisposeAsync() : ValueTask.CompletedTask;
}
