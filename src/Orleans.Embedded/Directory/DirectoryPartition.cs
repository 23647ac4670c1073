using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// This silo's part of the directory, and its view of who owns the others; one lock over both. An entry is answered for only
/// while its hash is in this silo's ranges, and after a range was gained only once it is known what the members hold of it.
/// A claim counts from the moment that the view in which it was asked for is still the view when the answer is here
/// (<see cref="TryConfirm"/>): otherwise it is asked for again. So a member that has reached a view, and is asked by a new owner what it
/// holds, leaves nothing out: what was granted before is in its answer, and what was not yet will be asked of the new owner.
/// </summary>
internal sealed class DirectoryPartition(SiloAddress self, TaskCreationOptions waiters)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GrainId, Entry> _entries = [];
    private readonly List<Recovery> _recoveries = [];
    private ClusterView _view = ClusterView.Empty;
    private DirectoryRing _ring = new([]);
    private HashRanges _mine = HashRanges.Empty;
    private TaskCompletionSource _nextView = new(waiters);

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public ClusterView View
    {
        get
        {
            lock (_lock)
                return _view;
        }
    }

    /// <summary>The owner of a hash, null if no silo is active; the version of the view in which it is so; and a task that ends with that view.</summary>
    public (SiloAddress? Owner, long Version, Task Changed) OwnerOf(uint hash)
    {
        lock (_lock)
            return (_ring.OwnerOf(hash), _view.Version, _nextView.Task);
    }

    /// <summary>Goes over to a view. What comes back is to be done before this silo answers for the ranges it has gained; null for nothing.</summary>
    public Recovery? OnView(ClusterView view)
    {
        TaskCompletionSource changed;
        List<Recovery> outdated;
        Recovery? recovery = null;
        lock (_lock)
        {
            if (view.Version <= _view.Version)
                return null;

            var ring = new DirectoryRing(OwnersOf(view));
            var mine = ring.RangesOf(self);
            var kept = MissedOwners(_view, view) ? HashRanges.Empty : mine.Intersect(_mine);
            var gained = mine.Except(kept);
            foreach (var (grain, entry) in _entries)
            {
                if (IsGone(view, entry.Silo) || !kept.Contains(DirectoryRing.HashOf(grain)))
                    _entries.Remove(grain);
            }

            foreach (var earlier in _recoveries)
                earlier.Ranges = earlier.Ranges.Intersect(kept);
            outdated = _recoveries.FindAll(static earlier => earlier.Ranges.IsEmpty);
            _recoveries.RemoveAll(static earlier => earlier.Ranges.IsEmpty);
            if (!gained.IsEmpty)
                _recoveries.Add(recovery = new Recovery(gained, view, waiters));

            (_view, _ring, _mine) = (view, ring, mine);
            changed = _nextView;
            _nextView = new(waiters);
        }

        changed.TrySetResult();
        foreach (var earlier in outdated)
            earlier.Complete();
        return recovery;
    }

    /// <summary>
    /// Answers as the owner; a request of this silo itself comes with its claimant. False if that must wait for something.
    /// The requester's view must not be ahead.
    /// </summary>
    public bool TryAnswer(in DirectoryRequest request, SiloAddress from, IClaimant? claimant, out DirectoryAnswer answer, [NotNullWhen(false)] out Task? wait)
    {
        var hash = DirectoryRing.HashOf(request.Grain);
        lock (_lock)
        {
            answer = new DirectoryAnswer(IsOwner: false, _view.Version, Holder: null);
            wait = null;
            if (!self.Equals(_ring.OwnerOf(hash)))
                return true;
            foreach (var recovery in _recoveries)
            {
                if (recovery.Ranges.Contains(hash))
                {
                    wait = recovery.Done;
                    return false;
                }
            }

            answer = answer with { IsOwner = true, Holder = Apply(request, from) };
            if (claimant is not null)
                Confirm(request, claimant, answer.Holder);
            return true;
        }
    }

    /// <summary>Takes note of an owner's answer to a claim; false if the view has changed since it was asked, and another may be the owner.</summary>
    public bool TryConfirm(in DirectoryRequest request, IClaimant claimant, SiloAddress? holder)
    {
        lock (_lock)
        {
            if (request.Version != _view.Version)
                return false;
            Confirm(request, claimant, holder);
            return true;
        }
    }

    /// <summary>Takes over what a member holds of gained ranges; what others hold too, by what was merged before, goes to the losers.</summary>
    public void Merge(Recovery recovery, SiloAddress member, IEnumerable<(GrainId Grain, long Claim)> claims, List<DirectoryEntry> losers)
    {
        lock (_lock)
        {
            if (IsGone(_view, member))
                return;
            foreach (var (grain, claim) in claims)
            {
                if (!recovery.Ranges.Contains(DirectoryRing.HashOf(grain)))
                    continue;
                if (!_entries.TryGetValue(grain, out var entry) || (entry.Silo.Equals(member) && entry.Claim < claim))
                    _entries[grain] = new Entry(member, claim);
                else if (!entry.Silo.Equals(member))
                    losers.Add(new DirectoryEntry(grain, member, claim));
            }
        }
    }

    /// <summary>From now on this silo answers for what it has gained.</summary>
    public void Finish(Recovery recovery)
    {
        lock (_lock)
            _recoveries.Remove(recovery);
        recovery.Complete();
    }

    /// <summary>The claims that were granted, of some ranges, from a hash on.</summary>
    public static DirectoryPage PageOf(IEnumerable<IClaimant> claimants, HashRanges ranges, uint from, int size)
    {
        var held = new List<(uint Hash, GrainId Grain, long Claim)>();
        foreach (var claimant in claimants)
        {
            var (grain, claim) = (claimant.GrainId, claimant.Claim);
            if (claim != 0 && DirectoryRing.HashOf(grain) is var hash && hash >= from && ranges.Contains(hash))
                held.Add((hash, grain, claim));
        }

        held.Sort(static (a, b) => a.Hash.CompareTo(b.Hash));
        var count = Math.Min(size, held.Count);
        // Grains of one hash stay together, for the next page begins with another.
        while (count > 0 && count < held.Count && held[count].Hash == held[count - 1].Hash)
            count++;
        return new DirectoryPage([.. held.Take(count).Select(static item => (item.Grain, item.Claim))], count < held.Count ? held[count].Hash : null);
    }

    public static bool IsGone(ClusterView view, SiloAddress silo) => view.StatusOf(silo) is SiloStatus.None or SiloStatus.Dead || view.IsDead(silo);

    // Where all are about to end, those that are not yet through with it.
    private static IEnumerable<SiloAddress> OwnersOf(ClusterView view) => view.Active.IsEmpty
        ? view.Members.Where(static member => member.Status == SiloStatus.ShuttingDown).Select(static member => member.Address)
        : view.Active;

    // Whether other silos may have owned what this one had before and has now, between two views of which it saw none: they
    // became active and ended again meanwhile.
    private static bool MissedOwners(ClusterView before, ClusterView after) =>
        after.Version > before.Version + 1
        && (before.Active.IsEmpty
            || after.Active.IsEmpty
            || after.Members.Any(member => member.Status > SiloStatus.Active && before.StatusOf(member.Address) < SiloStatus.Active));

    private void Confirm(in DirectoryRequest request, IClaimant claimant, SiloAddress? holder)
    {
        if (self.Equals(holder))
            claimant.Claim = request.Claim;
    }

    private SiloAddress? Apply(in DirectoryRequest request, SiloAddress from)
    {
        var found = _entries.TryGetValue(request.Grain, out var entry);
        if (request.Action == DirectoryAction.Register && !IsGone(_view, from) && (!found || (entry.Silo.Equals(from) && entry.Claim < request.Claim)))
        {
            _entries[request.Grain] = new Entry(from, request.Claim);
            return from;
        }

        if (request.Action == DirectoryAction.Unregister && found && entry.Silo.Equals(from) && entry.Claim == request.Claim)
        {
            _entries.Remove(request.Grain);
            return null;
        }

        return found ? entry.Silo : null;
    }

    private readonly record struct Entry(SiloAddress Silo, long Claim);

    /// <summary>Ranges that were gained, until it is known what the members hold of them.</summary>
    internal sealed class Recovery(HashRanges ranges, ClusterView view, TaskCreationOptions waiters)
    {
        private readonly TaskCompletionSource _done = new(waiters);

        /// <summary>Less than at first if some were lost again.</summary>
        public HashRanges Ranges { get; set; } = ranges;

        /// <summary>The view in which they were gained.</summary>
        public ClusterView View => view;

        public Task Done => _done.Task;

        public void Complete() => _done.TrySetResult();
    }
}
