using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Placement;
using StyleShare.Storage;

namespace StyleShare.Requests;

/// <summary>
/// Knows one request while it runs; what outlives it is in the database. It lives where the request came in: if that silo dies, the
/// request does not run any more, and nobody is to wait for it.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class RequestGrain(
    NpgsqlDataSource source,
    ICommitter committer,
    AnswerProtector answers,
    IOptions<RequestOptions> options,
    TimeProvider clock) : Grain, IRequestGrain
{
    private RequestKey? _running;
    private long _runningSince;

    public async Task<RequestStatus> Begin(RequestKey key)
    {
        if (Running(key) is { } running)
            return running;
        var found = await Find(key);
        if (found.State == RequestState.New)
            Run(key);
        else
            _running = null;

        // It is left to the collector: whoever waits behind this call would be sent on and on if each one ended the grain.
        return found;
    }

    public Task<RequestStatus> BeginUnseen(RequestKey key)
    {
        var running = Running(key);
        if (running is null)
            Run(key);
        return Task.FromResult(running ?? new RequestStatus(RequestState.New, []));
    }

    public async Task<RequestStatus> Find(RequestKey key)
    {
        if (await RequestTable.FindAsync(source, this.GetPrimaryKeyString()) is not { } stored)
            return new RequestStatus(RequestState.New, []);
        var (fingerprint, answer) = answers.Open(this.GetPrimaryKeyString(), stored);
        return Same(fingerprint, key.Fingerprint)
            ? new RequestStatus(RequestState.Answered, answer)
            : new RequestStatus(RequestState.Reused, []);
    }

    public Task End()
    {
        _running = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task Refused(RequestKey key, ImmutableArray<byte> answer)
    {
        var change = new Change();
        change.Answer(key, [.. answer]);
        await committer.Commit(change);
    }

    private RequestStatus? Running(RequestKey key) =>
        _running is { } running && clock.GetElapsedTime(_runningSince) < options.Value.RunningLimit
            ? new RequestStatus(Same(running.Fingerprint, key.Fingerprint) ? RequestState.Running : RequestState.Reused, [])
            : null;

    private void Run(RequestKey key)
    {
        _running = key;
        _runningSince = clock.GetTimestamp();
    }

    private static bool Same(ImmutableArray<byte> a, ImmutableArray<byte> b) => a.AsSpan().SequenceEqual(b.AsSpan());
}
