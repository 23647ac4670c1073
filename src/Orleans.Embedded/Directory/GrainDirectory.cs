using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// The grain directory of a cluster: each silo owns the entries of its part of the ring, and asks the owners of the others.
/// While the members stay the same, a grain has one holder. When they change, the new owner of a range collects from the members what they
/// hold of it before it answers (<see cref="DirectoryRecovery"/>); the old owner's entries are not needed, and may be lost with it.
/// </summary>
internal sealed class GrainDirectory : IGrainDirectory
{
    private readonly SiloAddress _self;
    private readonly IClusterMembership _membership;
    private readonly IDirectoryPeers _peers;
    private readonly IDirectoryHost _host;
    private readonly TimeProvider _time;
    private readonly DirectoryOptions _options;
    private readonly LocationCache? _places;
    private readonly DirectoryPartition _partition;
    private readonly DirectoryRecovery _recovery;
    private long _lastClaim;

    public GrainDirectory(
        SiloAddress self, IClusterMembership membership, IDirectoryPeers peers, IDirectoryHost host, TimeProvider time, DirectoryOptions options, LocationCache? places = null, SiloLog? log = null)
    {
        (_self, _membership, _peers, _host, _time, _options, _places) = (self, membership, peers, host, time, options, places);
        _partition = new DirectoryPartition(self, options.Waiters);
        _recovery = new DirectoryRecovery(self, _partition, peers, host, time, options, log);
    }

    public DirectoryPartition Partition => _partition;

    /// <summary>Follows the membership from now on.</summary>
    public void Start() => _membership.Subscribe(view =>
    {
        if (_partition.OnView(view) is { } gained)
            _ = _recovery.RunAsync(gained);
    });

    /// <summary>The silo that holds a grain; null if none does.</summary>
    /// <exception cref="SiloUnavailableException">The owner of the entry could not be reached for long.</exception>
    public ValueTask<SiloAddress?> Lookup(GrainId grain)
    {
        var (owner, version, _) = _partition.OwnerOf(DirectoryRing.HashOf(grain));
        if (owner is null)
            return default;
        var request = new DirectoryRequest(DirectoryAction.Lookup, grain, Claim: 0, version);
        return owner.Equals(_self) && _partition.TryAnswer(request, _self, null, out var answer, out _) && answer.IsOwner
            ? new(answer.Holder)
            : LookupElsewhere();

        async ValueTask<SiloAddress?> LookupElsewhere() => await Do(DirectoryAction.Lookup, grain, 0, null);
    }

    /// <summary>Claims a grain; the answer is who holds it. The claimant has its claim then, if it is this silo.</summary>
    /// <exception cref="SiloUnavailableException">The owner of the entry could not be reached for long.</exception>
    public ValueTask<SiloAddress> Register(IClaimant claimant)
    {
        var claim = Interlocked.Increment(ref _lastClaim);
        var request = new DirectoryRequest(DirectoryAction.Register, claimant.GrainId, claim, Version: 0);
        return _partition.TryAnswer(request, _self, claimant, out var answer, out _) && answer.IsOwner
            ? new(Learn(claimant, answer.Holder))
            : RegisterElsewhere();

        async ValueTask<SiloAddress> RegisterElsewhere() => Learn(claimant, await Do(DirectoryAction.Register, claimant.GrainId, claim, claimant));
    }

    /// <summary>Gives a claim back, after the last turn of the claimant; nothing if there is none.</summary>
    /// <exception cref="SiloUnavailableException">The owner of the entry could not be reached for long. Whoever is sent here by the entry replaces it.</exception>
    public ValueTask Unregister(IClaimant claimant)
    {
        var claim = claimant.Claim;
        if (claim == 0)
            return default;
        // It has ended, and is told to no new owner from here on: else one could hear of it after the old owner has let others have the grain.
        claimant.Claim = 0;
        var request = new DirectoryRequest(DirectoryAction.Unregister, claimant.GrainId, claim, Version: 0);
        return _partition.TryAnswer(request, _self, null, out var answer, out _) && answer.IsOwner
            ? default
            : new(Do(DirectoryAction.Unregister, claimant.GrainId, claim, null));
    }

    /// <summary>A question of another silo.</summary>
    public async ValueTask<DirectoryAnswer> Answer(SiloAddress from, DirectoryRequest request)
    {
        await Reach(request.Version);
        DirectoryAnswer answer;
        while (!_partition.TryAnswer(request, from, null, out answer, out var wait))
            await wait;
        return answer;
    }

    /// <summary>What this silo holds, for a new owner.</summary>
    public async ValueTask<DirectoryPage> Collect(long version, HashRanges ranges, uint from)
    {
        await Reach(version);
        return DirectoryPartition.PageOf(_host.Claimants, ranges, from, _options.PageSize);
    }

    // So that what waits for the claimant is sent to the right place.
    private SiloAddress Learn(IClaimant claimant, SiloAddress? holder)
    {
        if (holder is null || holder.Equals(_self))
            return _self;
        _places?.Put(claimant.GrainId, holder);
        return holder;
    }

    // To the owner, whoever that is by then: it may die, or have become another.
    private async Task<SiloAddress?> Do(DirectoryAction action, GrainId grain, long claim, IClaimant? claimant)
    {
        var hash = DirectoryRing.HashOf(grain);
        var start = _time.GetTimestamp();
        while (true)
        {
            var (owner, version, changed) = _partition.OwnerOf(hash);
            var request = new DirectoryRequest(action, grain, claim, version);
            var answer = default(DirectoryAnswer);
            if (owner is null)
            {
                // Nobody is active, so nobody but this silo can have it.
                answer = new DirectoryAnswer(IsOwner: true, version, action == DirectoryAction.Register ? _self : null);
            }
            else if (owner.Equals(_self))
            {
                if (!_partition.TryAnswer(request, _self, claimant, out answer, out var wait))
                    await wait;
                else if (answer.IsOwner)
                    return answer.Holder;
                continue;
            }
            else
            {
                try
                {
                    using var limit = new CancellationTokenSource(_options.AskTimeout, _time);
                    answer = await _peers.Ask(owner, request, limit.Token);
                }
                catch (Exception exception)
                {
                    if (_time.GetElapsedTime(start) >= _options.OperationTimeout)
                        throw new SiloUnavailableException($"The silo {owner}, which keeps the directory's entry of {grain}, does not answer.", exception);
                    await Task.WhenAny(changed, Task.Delay(_options.Backoff, _time));
                    continue;
                }
            }

            if (answer.IsOwner && (claimant is null || _partition.TryConfirm(request, claimant, answer.Holder)))
                return answer.Holder;
            if (!answer.IsOwner && _time.GetElapsedTime(start) >= _options.OperationTimeout)
                throw new SiloUnavailableException($"The silo {owner} does not keep the directory's entry of {grain}, and it did not become known in time who does.");
            if (!answer.IsOwner)
                await CatchUp(answer.Version, changed);
        }
    }

    // The other knows more, or has not heard yet of what this silo knows.
    private async Task CatchUp(long version, Task changed)
    {
        try
        {
            if (_partition.View.Version < version)
                await Reach(version);
            else
                await Task.WhenAny(changed, Task.Delay(_options.Backoff, _time));
        }
        catch (TimeoutException)
        {
            await Task.WhenAny(changed, Task.Delay(_options.Backoff, _time));
        }
    }

    private async ValueTask Reach(long version)
    {
        if (_partition.View.Version >= version)
            return;
        using var limit = new CancellationTokenSource(_options.AskTimeout, _time);
        await _membership.AtLeast(version, limit.Token);
        // It may have told its caller before its subscribers.
        while (_partition.OwnerOf(0) is var (_, reached, changed) && reached < version)
            await Task.WhenAny(changed, Task.Delay(_options.Backoff, _time));
    }
}
