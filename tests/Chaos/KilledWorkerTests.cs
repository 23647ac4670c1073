using StyleShare.Testing.Services;

namespace StyleShare.Chaos.Tests;

/// <summary>Silos that are killed while they do jobs; the mail server on the other side writes down what it got.</summary>
public sealed class KilledWorkerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Mails = 5_000;

    [Fact]
    public async Task Of_5000_jobs_none_is_lost_though_every_silo_that_runs_them_is_killed_in_the_middle()
    {
        await using var server = await SmtpServer.StartAsync();
        var settings = server.Settings.Arguments();
        using var first = await SiloProcess.Start(database.ConnectionString, settings);
        using var second = await SiloProcess.Start(database.ConnectionString, settings);
        await Work.EnqueueMails(database.ConnectionString, Mails);
        await server.Until(Mails / 10);
        await first.Kill();
        await server.Until(Mails / 4);
        await second.Kill();
        Assert.True(server.Mails.Count < Mails, "The silos were killed too late to prove anything.");

        using var third = await SiloProcess.Start(database.ConnectionString, settings);
        var repeated = await Work.AllMailsWereSent(database.ScalarAsync<long>, server, Mails);
        // What was sent in the moment of a kill and not written down yet: a hundredth of a second's work, were the machine idle;
        // on a busy one at the most what a silo claims ahead.
        Assert.InRange(repeated, 0, 2 * 1_000);
    }
}
