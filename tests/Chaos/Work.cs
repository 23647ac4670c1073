using System.Globalization;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.Storage;
using StyleShare.Testing.Services;

namespace StyleShare.Chaos.Tests;

/// <summary>What silos are given to do, and how they are set up for it.</summary>
internal static class Work
{
    private const string Prefix = "mail-";
    private const int OfAChange = 100;

    /// <summary>As arguments of a silo.</summary>
    public static string[] Arguments(this IReadOnlyDictionary<string, string?> settings) =>
        [.. settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value ?? "" })];

    /// <summary>Commits mails to be sent; mail n goes to <c>mail-n@example.com</c>.</summary>
    public static async Task EnqueueMails(string connectionString, int count)
    {
        await using var storage = await TestStorage.StartAsync(connectionString);
        await Task.WhenAll(Enumerable.Range(1, count).Chunk(OfAChange).Select(numbers =>
        {
            var change = new Change();
            foreach (var number in numbers)
            {
                var id = Guid.CreateVersion7();
                change.Enqueue(MailJob.Kind, new MailMessage(id, AddressOf(number), "Chaos", "Text", "<p>Text</p>", Unsubscribe: null), id);
            }

            return storage.Committer.Commit(change);
        }));
    }

    /// <summary>All mails were sent and no job is left; says how many came more than once, which at least once allows.</summary>
    public static async Task<int> AllMailsWereSent(AskDatabase database, SmtpServer server, int count)
    {
        await Eventually.Is(0L, () => database("SELECT count(*) FROM jobs WHERE kind = 'mail'"));
        Assert.Equal(0, await database("SELECT count(*) FROM dead_letters"));
        // Who signs up gets a mail, too, and is no part of this.
        var sent = server.Mails.Select(mail => mail.To).Where(to => to.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(1, count).Select(AddressOf).Order(StringComparer.Ordinal), sent.Distinct().Order(StringComparer.Ordinal));
        var repeated = sent.Count - count;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} mails sent, {repeated} of them again"));
        return repeated;
    }

    private static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}@example.com");

    /// <summary>Waits until the server has so many mails.</summary>
    public static async Task Until(this SmtpServer server, int mails)
    {
        using var limit = new CancellationTokenSource(Clients.Patience);
        while (server.Mails.Count < mails)
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }
}

/// <summary>Asks a database for a number.</summary>
internal delegate Task<long> AskDatabase(string sql);
