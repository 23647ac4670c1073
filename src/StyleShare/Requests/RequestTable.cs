using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Requests;

/// <summary>The table of answers.</summary>
internal static class RequestTable
{
    public static readonly Statement<StoredAnswer> Insert = new(
        "idempotent_requests_insert",
        "INSERT INTO idempotent_requests (id, answer) SELECT id, answer FROM rows",
        Expect.Any,
        Column.Text<StoredAnswer>("id", r => r.Id),
        Column.Bytea<StoredAnswer>("answer", r => r.Sealed))
    {
        FencingConstraint = "idempotent_requests_pkey",
    };

    public static async Task<byte[]?> FindAsync(NpgsqlDataSource source, string id)
    {
        await using var command = source.CreateCommand("SELECT answer FROM idempotent_requests WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        return (byte[]?)await command.ExecuteScalarAsync();
    }
}

/// <summary>A row: fingerprint and answer, encrypted.</summary>
internal readonly record struct StoredAnswer(string Id, byte[] Sealed);
