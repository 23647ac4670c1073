using System.Globalization;
using Npgsql;
using StyleShare.Testing.Services;

namespace StyleShare.Chaos.Tests;

/// <summary>The database goes away while events are delivered and jobs run.</summary>
public sealed class RestartedDatabaseTests
{
    private const int Fans = 8;
    private const int Posts = 40;
    private const int Mails = 1_000;

    [Fact]
    public async Task Events_and_jobs_survive_a_restart_and_a_crash_of_the_database()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var server = await SmtpServer.StartAsync();
        using var silo = await SiloProcess.Start(
            postgres.ConnectionString, [.. server.Settings.Arguments(), "--StyleShare:Accounts:PasswordIterations", "1"]);
        using var clients = new Clients();
        var author = await clients.SignUp(silo.Address, "author");
        var fans = await clients.SignUpMany(silo.Address, "fan", Fans);
        var posts = new List<Guid>();
        for (var i = 0; i < Posts; i++)
            posts.Add(await Clients.Publish(silo.Address, author, "before the storm"));

        await Work.EnqueueMails(postgres.ConnectionString, Mails);
        var comments = Task.WhenAll(fans.Select(fan => Task.Run(async () =>
        {
            foreach (var post in posts)
                await clients.Comment(() => silo.Address, fan, post, "lovely");
        })));
        await Acknowledged(clients, Fans * Posts / 4);
        await postgres.StopAsync();
        await postgres.StartAgainAsync();
        await Acknowledged(clients, Fans * Posts / 2);
        await postgres.KillAsync();
        await postgres.StartAgainAsync();
        await comments;

        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await Lines.AreThere(Ask, Fans * Posts);
        await Work.AllMailsWereSent(Ask, server, Mails);

        async Task<long> Ask(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        }
    }

    private static async Task Acknowledged(Clients clients, int count)
    {
        using var limit = new CancellationTokenSource(Clients.Patience);
        while (clients.Acknowledged.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }
}

/// <summary>The lines of inboxes that comments become.</summary>
internal static class Lines
{
    /// <summary>Waits until all events are delivered: then each comment has one line, and the unread counts say so.</summary>
    public static async Task AreThere(AskDatabase database, int comments)
    {
        await Eventually.Is(0L, () => database("SELECT count(*) FROM outbox"));
        Assert.Equal(comments, await database("SELECT count(*) FROM comments"));
        Assert.Equal(comments, await database("SELECT count(*) FROM notifications WHERE comment_id IS NOT NULL AND count = 1"));
        Assert.Equal(comments, await database("SELECT count(DISTINCT comment_id) FROM notifications"));
        Assert.Equal(comments, await database("SELECT sum(unread)::bigint FROM inboxes"));
        Assert.Equal(0, await database("SELECT count(*) FROM dead_letters"));
    }
}
