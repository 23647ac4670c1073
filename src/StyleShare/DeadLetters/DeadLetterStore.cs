using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace StyleShare.DeadLetters;

/// <summary>Reads dead letters.</summary>
public sealed class DeadLetterStore(NpgsqlDataSource database)
{
    private const string Columns = "id, source, kind, key, payload::text, error, tries, history::text, created_at, died_at";

    /// <summary>One of them; null if it is not there.</summary>
    public async Task<DeadLetter?> Find(Guid id, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM dead_letters WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (await Read(command, cancellation)).FirstOrDefault();
    }

    /// <summary>Those that a filter means, the last given up first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">Where the part starts; null for the beginning.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Page<DeadLetter>> List(
        DeadLetterFilter filter, Position? after, int limit, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand();
        var sql = $"SELECT {Columns} FROM dead_letters WHERE true";
        And("source = $", filter.Source, NpgsqlDbType.Text);
        And("kind = $", filter.Kind, NpgsqlDbType.Text);
        And("strpos(lower(error), lower($)) > 0", filter.Error, NpgsqlDbType.Text);
        And("died_at >= $", filter.DiedAfter?.UtcDateTime, NpgsqlDbType.TimestampTz);
        And("died_at < $", filter.DiedBefore?.UtcDateTime, NpgsqlDbType.TimestampTz);
        if (after is { } position)
        {
            And("(died_at, id) < ($, ", position.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = position.Id });
            sql += $"${command.Parameters.Count})";
        }

        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        command.CommandText = $"{sql} ORDER BY died_at DESC, id DESC LIMIT ${command.Parameters.Count}";
        var letters = await Read(command, cancellation);
        if (letters.Length <= limit)
            return new Page<DeadLetter>(letters, Next: null);
        var last = letters[limit - 1];
        return new Page<DeadLetter>(letters[..limit], new Position(last.DiedAt, last.Id));

        void And(string condition, object? value, NpgsqlDbType type)
        {
            if (value is null)
                return;
            command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
            sql += " AND " + condition.Replace("$", $"${command.Parameters.Count}", StringComparison.Ordinal);
        }
    }

    private static async Task<ImmutableArray<DeadLetter>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        var letters = ImmutableArray.CreateBuilder<DeadLetter>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            letters.Add(new DeadLetter(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetInt32(6),
                JsonSerializer.Deserialize(reader.GetString(7), DeadLetterJson.Default.ImmutableArrayFailedTry),
                reader.GetFieldValue<DateTimeOffset>(8),
                reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return letters.DrainToImmutable();
    }
}
