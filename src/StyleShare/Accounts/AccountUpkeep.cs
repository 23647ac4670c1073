using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Accounts;

/// <summary>What accounts need done now and then on every silo: keys and revoked sessions.</summary>
internal sealed class AccountUpkeep(
    SigningKeys keys,
    RevokedSessions revoked,
    TimeProvider clock,
    IOptions<AccountOptions> options,
    ILogger<AccountUpkeep> log) : BackgroundService
{
    private readonly AccountOptions _options = options.Value;

    /// <summary>Reads what requests need before the first one comes.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Try("Reading signing keys", keys.RotateAsync, wasWell: true, cancellationToken);
        await Try("Reading revoked sessions", revoked.PollAsync, wasWell: true, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat("Reading signing keys", keys.RotateAsync, _options.SigningKeyReload, stoppingToken),
        Repeat("Reading revoked sessions", revoked.PollAsync, _options.RevocationPoll, stoppingToken),
        Repeat("Forgetting revoked sessions", revoked.ForgetAsync, _options.AccessTokenLifetime, stoppingToken));

    private async Task Repeat(string task, Func<CancellationToken, Task> work, TimeSpan period, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(period, clock);
        var well = true;
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                well = await Try(task, work, well, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // The silo stops; a query under way may fail in any way then.
        }
    }

    // Only the first failure of a row is logged: a database that is away would fill the log every second.
    private async Task<bool> Try(string task, Func<CancellationToken, Task> work, bool wasWell, CancellationToken ct)
    {
        try
        {
            await work(ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (wasWell)
                AccountLog.UpkeepFailed(log, task, e);
            return false;
        }
    }
}
