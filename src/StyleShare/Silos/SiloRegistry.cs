using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Silos;

/// <summary>Says every few seconds in the table of silos that this one lives, and hears there that it is to drain.</summary>
internal sealed class SiloRegistry : BackgroundService
{
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(2);

    private readonly SiloTable _table;
    private readonly SiloProbe _probe;
    private readonly HttpAddress _address;
    private readonly ScaleKeeper _scale;
    private readonly IDrain _drain;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly SiloRegistryOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _saying = new(1);
    private readonly Nudge _nudge;
    private readonly long _started;
    private long? _said;
    private bool _failing;

    public SiloRegistry(
        SiloTable table,
        SiloProbe probe,
        HttpAddress address,
        ScaleKeeper scale,
        Listener listener,
        IDrain drain,
        IHostApplicationLifetime lifetime,
        Ids ids,
        IOptions<SiloRegistryOptions> options,
        TimeProvider clock,
        ILogger<SiloRegistry> log)
    {
        (_table, _probe, _address, _scale, _drain, _lifetime) = (table, probe, address, scale, drain, lifetime);
        (_options, _clock, _log) = (options.Value, clock, log);
        (Id, _nudge, _started) = (ids.Next(), new Nudge(clock), clock.GetTimestamp());
        listener.Subscribe(SiloTable.Channel, _ => _nudge.Set());
    }

    /// <summary>The program's version, as operators see it.</summary>
    public static string Version { get; } =
        typeof(SiloRegistry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>This process' own.</summary>
    public Guid Id { get; }

    /// <summary>How many others were ready when this silo said that it lives.</summary>
    public int OthersReady { get; private set; }

    private SiloState State =>
        _lifetime.ApplicationStopping.IsCancellationRequested ? SiloState.Stopping
        : _drain.IsDraining ? SiloState.Draining
        : _lifetime.ApplicationStarted.IsCancellationRequested ? SiloState.Ready
        : SiloState.Starting;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LeaveLimit);
            await _table.Leave(Id, limit.Token);
        }
        catch (Exception e)
        {
            _log.LeavingFailed(e);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _saying.Dispose();
    }

    /// <summary>Says now that it lives, and how far it is.</summary>
    public async Task Say(CancellationToken cancellation)
    {
        await _saying.WaitAsync(cancellation);
        try
        {
            var word = new SiloWord(
                Id, _options.Name, _address.Read(), Version, State, _clock.GetElapsedTime(_started), _probe.Read());

            // Behind an outage of the database nobody was seen, and all have a while to say that they live.
            var forget = _said is { } said && _clock.GetElapsedTime(said) < _options.LiveFor;
            var heard = await _table.Say(word, _options.LiveFor, forget ? _options.ForgetAfter : null, cancellation);
            (_said, OthersReady) = (_clock.GetTimestamp(), heard.Ready);
            if (heard.Forgotten > 0)
                _log.Forgotten(heard.Forgotten);
            if (heard.DrainAsked)
                _drain.Begin("an operator asked for it");
        }
        finally
        {
            _saying.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What others are to know at once.
        using var started = _lifetime.ApplicationStarted.UnsafeRegister(Nudge, this);
        using var draining = _drain.Draining.UnsafeRegister(Nudge, this);
        using var stopping = _lifetime.ApplicationStopping.UnsafeRegister(Nudge, this);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Say(stoppingToken);
                await _scale.Look(stoppingToken);
                if (_failing)
                    _log.RegistryBack();
                _failing = false;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!_failing)
                    _log.RegistryFailed(e);
                _failing = true;
            }

            await _nudge.WaitAsync(_options.SeenEvery, stoppingToken);
        }
    }

    private static void Nudge(object? registry) => ((SiloRegistry)registry!)._nudge.Set();
}
