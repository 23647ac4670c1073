using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>How many activations the silos have, as they tell each other; in between, what was placed there is counted on.</summary>
internal sealed class LoadReports(Silo silo, ISiloNetwork network, Func<ClusterView> view)
{
    /// <summary>1 second: a silo can be sent a second's worth of activations too many, no more.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SiloAddress, StrongBox> _counts = new();

    public int CountOf(SiloAddress address) => _counts.TryGetValue(address, out var count) ? Volatile.Read(ref count.Value) : 0;

    /// <summary>A grain was placed there.</summary>
    public void OnPlaced(SiloAddress address) => Interlocked.Increment(ref _counts.GetOrAdd(address, static _ => new StrongBox()).Value);

    /// <summary>What this silo tells of itself.</summary>
    public byte[] Report()
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteVarUInt((uint)silo.Catalog.Classes.Sum(static c => c.ActivationCount));
        return buffer.Written.ToArray();
    }

    /// <summary>Takes note of another's report; the answer says whether this silo takes calls and activations.</summary>
    public ValueTask<ReadOnlyMemory<byte>> Answer(SiloAddress from, ReadOnlyMemory<byte> report)
    {
        Set(from, (int)new WireReader(report.Span, silo).ReadVarUInt(int.MaxValue));
        return new((byte[])[silo.TakesCalls && !silo.IsStopping ? (byte)1 : (byte)0]);
    }

    public static bool TakesCalls(ReadOnlyMemory<byte> answer) => answer.Span is [1];

    public Task RunAsync(CancellationToken stop) => PeriodicLoop.RunAsync(silo, Period, Tell, stop);

    private void Tell()
    {
        var report = Report();
        Set(silo.Address, (int)new WireReader(report, silo).ReadVarUInt());
        var current = view();
        foreach (var gone in _counts.Keys.Where(address => DirectoryPartition.IsGone(current, address)))
            _counts.TryRemove(gone, out _);
        foreach (var other in current.Active.Where(address => !address.Equals(silo.Address)))
            _ = TellAsync(other, report);
    }

    private async Task TellAsync(SiloAddress other, byte[] report)
    {
        try
        {
            await network.Ask(other, AskKind.LoadReport, report, Period);
        }
        catch (Exception)
        {
            // The next report is due soon, and whether the other lives is for the membership to find out.
        }
    }

    private void Set(SiloAddress address, int count) => Volatile.Write(ref _counts.GetOrAdd(address, static _ => new StrongBox()).Value, count);

    private sealed class StrongBox
    {
        public int Value;
    }
}
