using System.Text.Json;
using StyleShare.Storage;

namespace StyleShare.DeadLetters;

/// <summary>The table of this feature.</summary>
public static class DeadLetterTable
{
    private static readonly Statement<DeadLetter> Insert = new(
        "dead_letters_insert",
        """
        INSERT INTO dead_letters (id, source, kind, key, payload, error, tries, history, created_at, died_at)
        SELECT id, source, kind, key, payload, error, tries, history, created_at, died_at FROM rows
        ON CONFLICT (id) DO NOTHING
        """,
        Expect.Any,
        Column.Uuid<DeadLetter>("id", letter => letter.Id),
        Column.Text<DeadLetter>("source", letter => letter.Source),
        Column.Text<DeadLetter>("kind", letter => letter.Kind),
        Column.Text<DeadLetter>("key", letter => letter.Key),
        Column.Jsonb<DeadLetter>("payload", letter => letter.Payload),
        Column.Text<DeadLetter>("error", letter => Storable(letter.Error)),
        Column.Integer<DeadLetter>("tries", letter => letter.Tries),
        Column.Jsonb<DeadLetter>("history", HistoryOf),
        Column.Timestamptz<DeadLetter>("created_at", letter => letter.CreatedAt),
        Column.Timestamptz<DeadLetter>("died_at", letter => letter.DiedAt))
    { Table = "dead_letters", Key = letter => letter.Id.GetHashCode() };

    private static readonly Statement<Guid> Delete = new(
        "dead_letters_delete",
        "DELETE FROM dead_letters USING rows WHERE dead_letters.id = rows.id",
        Expect.EveryRow,
        Column.Uuid<Guid>("id", id => id));

    /// <summary>Writes a dead letter, with all else that the change writes.</summary>
    public static void Bury(this Change change, DeadLetter letter) => change.Add(Insert, letter);

    /// <summary>Deletes a letter that is settled; refused as stale if somebody else has settled it.</summary>
    internal static void Remove(Change change, Guid id) => change.Add(Delete, id);

    /// <summary>PostgreSQL takes no NUL in text, which an error of somebody else's may hold.</summary>
    internal static string Storable(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    private static string HistoryOf(DeadLetter letter) => JsonSerializer.Serialize(
        [.. letter.History.Select(failed => failed with { Error = Storable(failed.Error) })],
        DeadLetterJson.Default.ImmutableArrayFailedTry);
}
