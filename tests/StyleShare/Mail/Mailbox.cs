using StyleShare.Testing;

namespace StyleShare.Tests.Mail;

/// <summary>Reads the development outbox as people read their mail.</summary>
internal static class Mailbox
{
    /// <summary>Waits until so many mails with a text in them have come to an address; the newest one's text.</summary>
    public static async Task<string> MailTo(this TestDatabase database, string address, string with, int count = 1)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            var texts = await database.MailsTo(address, with);
            if (texts.Count >= count)
                return texts[0];
            await Task.Delay(50);
        }

        throw new TimeoutException($"There are no {count} mails to {address} with {with} in them.");
    }

    /// <summary>The texts of mails that came to an address, newest first.</summary>
    public static async Task<IReadOnlyList<string>> MailsTo(this TestDatabase database, string address, string with)
    {
        await using var command = database.Source.CreateCommand(
            "SELECT message->>'text' FROM dev_outbox WHERE kind = 'mail' AND address = $1 AND message->>'text' LIKE $2 ORDER BY seq DESC");
        command.Parameters.AddWithValue(address);
        command.Parameters.AddWithValue($"%{with}%");
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    /// <summary>Waits until no job of a kind is left.</summary>
    public static async Task NoJobs(this TestDatabase database, string kind)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE kind = '{kind}'") == 0)
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException($"There are still jobs of kind {kind}.");
    }

    /// <summary>What follows a path in a mail's link.</summary>
    public static string TokenAfter(string text, string path) =>
        text[(text.IndexOf(path, StringComparison.Ordinal) + path.Length)..].Split('\n')[0];
}
