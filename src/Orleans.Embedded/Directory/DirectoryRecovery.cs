using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Fills ranges that this silo has come to own: every member says what it holds of them, and only then is anything answered.</summary>
internal sealed class DirectoryRecovery(
    SiloAddress self, DirectoryPartition partition, IDirectoryPeers peers, IDirectoryHost host, TimeProvider time, DirectoryOptions options, SiloLog? log)
{
    public async Task RunAsync(DirectoryPartition.Recovery recovery)
    {
        var losers = new List<DirectoryEntry>();
        partition.Merge(recovery, self, DirectoryPartition.PageOf(host.Claimants, recovery.Ranges, 0, int.MaxValue).Claims, losers);
        try
        {
            using var limit = new CancellationTokenSource(options.RecoveryTimeout, time);
            var others = recovery.View.Members.Where(member => !member.Address.Equals(self) && MayHold(member.Status));
            await Task.WhenAll(others.Select(member => CollectAsync(recovery, member.Address, losers, limit.Token)).ToList());
        }
        finally
        {
            partition.Finish(recovery);
        }

        foreach (var ofSilo in losers.GroupBy(static loser => loser.Silo))
            await GiveUpAsync(ofSilo.Key, [.. ofSilo.Select(static loser => (loser.Grain, loser.Claim))]);
    }

    private static bool MayHold(SiloStatus status) => status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;

    // Tries until it has all, the member is dead, or the time is over; then it is passed over.
    private async Task CollectAsync(DirectoryPartition.Recovery recovery, SiloAddress member, List<DirectoryEntry> losers, CancellationToken limit)
    {
        uint? from = 0;
        while (from is { } hash)
        {
            if (recovery.Done.IsCompleted || DirectoryPartition.IsGone(partition.View, member))
                return;
            var changed = partition.OwnerOf(0).Changed;
            try
            {
                var page = await peers.Collect(member, recovery.View.Version, recovery.Ranges, hash, limit);
                partition.Merge(recovery, member, page.Claims, losers);
                from = page.Next;
            }
            catch (Exception exception)
            {
                if (limit.IsCancellationRequested)
                {
                    log?.DirectoryPassedOver(member, exception);
                    return;
                }

                await Task.WhenAny(changed, Task.Delay(options.Backoff, time, CancellationToken.None));
            }
        }
    }

    private async Task GiveUpAsync(SiloAddress silo, List<(GrainId Grain, long Claim)> claims)
    {
        log?.DuplicatesFound(claims.Count, silo);
        if (silo.Equals(self))
        {
            foreach (var (grain, claim) in claims)
                host.GiveUp(grain, claim);
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(options.AskTimeout, time);
            await peers.GiveUp(silo, claims, limit.Token);
        }
        catch (Exception exception)
        {
            // They end when they are idle, and cannot write over what the other has written.
            log?.DuplicatesRemain(claims.Count, silo, exception);
        }
    }
}
