using System.Collections.Immutable;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>The table of preferences.</summary>
internal static class PreferencesTable
{
    /// <summary>One row for each person who ever changed anything.</summary>
    public static readonly StateTable<Preferences> State = new(
        "preferences",
        Column.Uuid<Preferences>("user_id", preferences => preferences.UserId),
        Column.TextArray<Preferences>("wishes", preferences => WishesToText(preferences.Wishes)),
        Column.Text<Preferences>("quiet_from", preferences => preferences.QuietHours?.From.ToString("HH:mm", null)),
        Column.Text<Preferences>("quiet_to", preferences => preferences.QuietHours?.To.ToString("HH:mm", null)),
        Column.Text<Preferences>("time_zone", preferences => preferences.QuietHours?.TimeZone),
        Column.Boolean<Preferences>("digest", preferences => preferences.Digest));

    /// <summary>Wishes as they are in the column: the kind's number, then where: <c>1:ipm</c>.</summary>
    public static ImmutableArray<string> WishesToText(ImmutableArray<Wish> wishes) =>
    [
        .. wishes.Select((wish, i) =>
            $"{(int)Preferences.Kinds[i]}:{(wish.Inbox ? "i" : "")}{(wish.Push ? "p" : "")}{(wish.Mail ? "m" : "")}"),
    ];

    /// <summary>The wishes of a row; a kind that was not there yet when it was written is as by default.</summary>
    public static Preferences WithWishes(this Preferences preferences, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var kind = (NotificationKind)int.Parse(text.AsSpan(0, colon), null);
            if (Preferences.Kinds.Contains(kind))
                preferences = preferences.With(kind, new(text.Contains('i'), text.Contains('p'), text.Contains('m')));
        }

        return preferences;
    }
}

/// <summary>Reads preferences.</summary>
public sealed class PreferencesStore(NpgsqlDataSource database)
{
    /// <summary>What a person wants.</summary>
    public async Task<Preferences> Load(Guid user, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT wishes, quiet_from, quiet_to, time_zone, digest, version FROM preferences WHERE user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var preferences = Preferences.Default(user);
        if (!await reader.ReadAsync(ct))
            return preferences;
        return (preferences with
        {
            QuietHours = reader.IsDBNull(1) ? null : new(Time(reader.GetString(1)), Time(reader.GetString(2)), reader.GetString(3)),
            Digest = reader.GetBoolean(4),
            Version = reader.GetInt64(5),
        }).WithWishes(reader.GetFieldValue<string[]>(0));
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", null);
}
