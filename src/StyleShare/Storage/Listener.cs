using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace StyleShare.Storage;

/// <summary>
/// Hears what any silo says by <c>NOTIFY</c>, over one connection of its own that is opened again for as long as it takes.
/// What is said while it is away is lost, so polling stands behind it: this only makes waiting shorter.
/// </summary>
public sealed class Listener(ListenerSource source, TimeProvider clock, ILogger<Listener> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ImmutableArray<Action<string>>> _subscribers = new();
    private volatile CancellationTokenSource _newChannel = new();

    /// <summary>Has an action called for everything said on a channel, and once after each gap in hearing, with <c>""</c>.</summary>
    /// <param name="channel">The channel: <c>a-z_</c>.</param>
    /// <param name="heard">Gets the payload. Called on the listener's loop, so it only sets something off.</param>
    public void Subscribe(string channel, Action<string> heard)
    {
        SqlName.Checked(channel);
        _subscribers.AddOrUpdate(channel, [heard], (_, others) => others.Add(heard));
        _newChannel.Cancel();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        var lost = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenAsync(stoppingToken);
                connection.Notification += (_, said) => Tell(said.Channel, said.Payload);
                if (lost)
                    log.ListenerBack();
                (pause, lost) = (FirstPause, false);
                await ListenAsync(connection, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!lost)
                    log.ListenerLost(e);
                lost = true;
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        HashSet<string> listening = [];
        while (true)
        {
            // Renewed before the channels are read, so that one added meanwhile ends the wait.
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, Renew().Token);
            foreach (var channel in _subscribers.Keys)
            {
                if (!listening.Add(channel))
                    continue;
                await using var listen = new NpgsqlCommand($"LISTEN {channel}", connection);
                await listen.ExecuteNonQueryAsync(stopping);
                Tell(channel, "");
            }

            try
            {
                while (true)
                    await connection.WaitAsync(linked.Token);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                // There is a new channel.
            }
        }
    }

    private CancellationTokenSource Renew()
    {
        var next = new CancellationTokenSource();
        _newChannel = next;
        return next;
    }

    private void Tell(string channel, string payload)
    {
        if (!_subscribers.TryGetValue(channel, out var heard))
            return;
        foreach (var action in heard)
            action(payload);
    }
}

/// <summary>Opens the listener's connection: none of a pool, and asked for a sign of life when it is silent.</summary>
public sealed class ListenerSource
{
    private readonly string _connectionString;

    internal ListenerSource(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        settings.Multiplexing = false;
        // A connection that broke without a word is found within seconds; polling covers them.
        settings.KeepAlive = 5;
        settings.ApplicationName = "styleshare-listen";
        _connectionString = settings.ConnectionString;
    }

    internal async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
