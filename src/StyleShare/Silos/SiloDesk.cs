using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Storage;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Silos;

/// <summary>A silo that is asked to drain.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="At">When it was asked the first time.</param>
public sealed record DrainAsked(Guid Id, string Name, DateTimeOffset At);

/// <summary>How many silos are wanted, and how many there are.</summary>
public readonly record struct ScaleView(ScaleSignal Signal, int Running);

/// <summary>Where operators see silos and have them drain; any silo does it for any other.</summary>
public sealed class SiloDesk
{
    private readonly SiloTable _silos;
    private readonly ScaleTable _scale;
    private readonly ICommitter _committer;
    private readonly TimeSpan _liveFor;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    internal SiloDesk(
        SiloTable silos, ScaleTable scale, ICommitter committer, IOptions<SiloRegistryOptions> options, TimeProvider clock, ILogger<SiloDesk> log) =>
        (_silos, _scale, _committer, _liveFor, _clock, _log) = (silos, scale, committer, options.Value.LiveFor, clock, log);

    /// <summary>All silos, in the order of their starts; those too that were not seen for a while.</summary>
    public Task<ImmutableArray<RegisteredSilo>> List(CancellationToken cancellation) => _silos.List(_liveFor, cancellation);

    /// <summary>How many silos the load asks for.</summary>
    public async Task<ScaleView> Scale(CancellationToken cancellation)
    {
        var (signal, _) = await _scale.Read(cancellation);
        var silos = await List(cancellation);
        return new ScaleView(signal, silos.Count(silo => silo is { IsLive: true, State: SiloState.Ready, DrainAskedAt: null }));
    }

    /// <summary>Asks a silo to drain. It hears of it at once, or within seconds; asking again changes nothing.</summary>
    /// <param name="idOrName">Its id, or its name if no other has the same.</param>
    /// <param name="request">The request's key, with which the answer is kept.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="Refusal"><c>silo_not_found</c>, <c>silo_name_ambiguous</c>.</exception>
    public async Task<DrainAsked> Drain(string idOrName, RequestKey? request, CancellationToken cancellation)
    {
        var silo = Find(await List(cancellation), idOrName);
        var asked = new DrainAsked(silo.Id, silo.Name, silo.DrainAskedAt ?? _clock.Now());
        var change = new Change();
        change.Add(SiloTable.Drain, new DrainRow(asked.Id, asked.At));
        change.Answer(request, asked, SiloJson.Default.DrainAsked);
        try
        {
            await _committer.Commit(change, cancellation);
        }
        catch (InconsistentStateException)
        {
            // It is gone meanwhile.
            throw SiloErrors.NotFound();
        }

        _log.DrainAsked(asked.Id);
        await Call(cancellation);
        return asked;
    }

    // Who is seen goes before who is not: one that was killed and is back has the same name as its former life.
    internal static RegisteredSilo Find(ImmutableArray<RegisteredSilo> silos, string idOrName)
    {
        if (Guid.TryParseExact(idOrName, "D", out var id) && silos.FirstOrDefault(silo => silo.Id == id) is { } found)
            return found;
        var named = silos.Where(silo => silo.Name == idOrName).ToList();
        if (named.Exists(silo => silo.IsLive))
            named.RemoveAll(silo => !silo.IsLive);
        return named.Count switch
        {
            0 => throw SiloErrors.NotFound(),
            1 => named[0],
            _ => throw SiloErrors.Ambiguous(),
        };
    }

    private async Task Call(CancellationToken cancellation)
    {
        try
        {
            await _silos.Call(cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            // It finds it when it says next that it lives.
        }
    }
}
