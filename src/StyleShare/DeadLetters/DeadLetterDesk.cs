using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.DeadLetters;

/// <summary>How many letters were retried or discarded.</summary>
public sealed record DeadLetterCount(int Count);

/// <summary>Where operators have dead letters tried again, or thrown away.</summary>
public sealed class DeadLetterDesk(
    DeadLetterStore store, ICommitter committer, IEnumerable<IDeadLetterSource> sources, TimeProvider clock, ILogger<DeadLetterDesk> log)
{
    /// <summary>Letters of one change: a bounded piece of the committer's work.</summary>
    private const int AtOnce = 200;

    private readonly FrozenDictionary<string, IDeadLetterSource> _sources =
        sources.ToFrozenDictionary(source => source.Source, StringComparer.Ordinal);

    /// <summary>Tries one again, from its first try.</summary>
    /// <exception cref="Refusal"><c>dead_letter_not_found</c>, <c>dead_letter_without_source</c>.</exception>
    public Task<DeadLetterCount> Retry(Guid id, RequestKey? request) => One(id, Revive, request);

    /// <summary>Throws one away.</summary>
    /// <exception cref="Refusal"><c>dead_letter_not_found</c>.</exception>
    public Task<DeadLetterCount> Discard(Guid id, RequestKey? request) => One(id, static (_, _) => { }, request);

    /// <summary>Tries all again that a filter means and that are there now; those that die again meanwhile stay dead.</summary>
    /// <exception cref="Refusal"><c>dead_letter_without_source</c>.</exception>
    public Task<DeadLetterCount> RetryAll(DeadLetterFilter filter, RequestKey? request, CancellationToken cancellation) =>
        All(filter, Revive, request, cancellation);

    /// <summary>Throws all away that a filter means and that are there now.</summary>
    public Task<DeadLetterCount> DiscardAll(DeadLetterFilter filter, RequestKey? request, CancellationToken cancellation) =>
        All(filter, static (_, _) => { }, request, cancellation);

    private void Revive(Change change, DeadLetter letter)
    {
        if (!_sources.TryGetValue(letter.Source, out var source))
            throw DeadLetterErrors.NoSource(letter.Source);
        source.Revive(change, letter);
    }

    private async Task<DeadLetterCount> One(Guid id, Action<Change, DeadLetter> act, RequestKey? request)
    {
        if (await store.Find(id) is not { } letter)
            throw DeadLetterErrors.NotFound();
        var count = new DeadLetterCount(1);
        var change = ChangeOf([letter], act);
        change.Answer(request, count, DeadLetterJson.Default.DeadLetterCount);
        try
        {
            await committer.Commit(change);
        }
        catch (InconsistentStateException)
        {
            // Somebody else was quicker.
            throw DeadLetterErrors.NotFound();
        }

        log.Settled(1);
        return count;
    }

    private async Task<DeadLetterCount> All(
        DeadLetterFilter filter, Action<Change, DeadLetter> act, RequestKey? request, CancellationToken cancellation)
    {
        var now = clock.Now();
        if (filter.DiedBefore is null || filter.DiedBefore > now)
            filter = filter with { DiedBefore = now };
        var settled = 0;
        while (true)
        {
            // Always from the beginning: what was settled is gone. What another operator settles meanwhile is read again.
            var page = await store.List(filter, after: null, AtOnce, cancellation);
            var all = page.Next is null;
            var change = ChangeOf(page.Items, act);
            if (all)
                change.Answer(request, new DeadLetterCount(settled + page.Items.Length), DeadLetterJson.Default.DeadLetterCount);
            if (change.Rows > 0 && !await TryCommit(change, cancellation))
                continue;
            settled += page.Items.Length;
            if (!all)
                continue;
            log.Settled(settled);
            return new DeadLetterCount(settled);
        }
    }

    private async Task<bool> TryCommit(Change change, CancellationToken cancellation)
    {
        try
        {
            await committer.Commit(change, cancellation);
            return true;
        }
        catch (InconsistentStateException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static Change ChangeOf(ImmutableArray<DeadLetter> letters, Action<Change, DeadLetter> act)
    {
        var change = new Change();
        foreach (var letter in letters)
            act(change, letter);
        foreach (var letter in letters)
            DeadLetterTable.Remove(change, letter.Id);
        return change;
    }
}
