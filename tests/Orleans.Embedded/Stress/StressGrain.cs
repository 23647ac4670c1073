using System.Collections.Concurrent;
using Orleans.Concurrency;

namespace EngineTests.Stress;

public interface IStressGrain : IGrainWithStringKey
{
    Task Add(int amount);

    Task AddThrough(int amount, int hops);

    [ReadOnly]
    Task<bool> IsConsistent();

    Task Fail();

    Task Stop();
}

/// <summary>
/// Counts in a ledger outside of the grain, so that sums survive deactivations, and watches what an engine may never do:
/// two activations of one id, two turns at once, a write beside another request.
/// </summary>
public sealed class StressGrain : Grain, IStressGrain
{
    private Ledger _ledger = null!;
    private int _inTurn;
    private int _writing;
    private int _before;
    private int _after;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _ledger = Ledger.Of(this.GetPrimaryKeyString());
        if (Interlocked.Increment(ref _ledger.Live) != 1) _ledger.Complain("two activations of one grain at once");
        if (_ledger.FailsNextActivation())
        {
            Interlocked.Decrement(ref _ledger.Live);
            throw new RefusedException();
        }

        await Task.Yield();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Turn();
        await Task.Yield();
        if (_writing != 0) _ledger.Complain("deactivated while a request ran");
        Interlocked.Decrement(ref _ledger.Live);
        Interlocked.Increment(ref _ledger.Deactivations);
    }

    public async Task Add(int amount)
    {
        Begin();
        var read = _ledger.Sum;
        _before++;
        Turn();
        await Task.Yield();
        Turn();
        _ledger.Sum = read + amount;
        _after++;
        End();
    }

    public async Task AddThrough(int amount, int hops)
    {
        if (hops > 0) await GrainFactory.GetGrain<IStressGrain>(Ledger.Below(this.GetPrimaryKeyString())).AddThrough(amount, hops - 1);
        await Add(amount);
    }

    public async Task<bool> IsConsistent()
    {
        var consistent = _writing == 0 && _before == _after;
        await Task.Yield();
        return consistent && _writing == 0 && _before == _after;
    }

    public async Task Fail()
    {
        Begin();
        await Task.Yield();
        End();
        throw new RefusedException();
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Begin()
    {
        if (Interlocked.Increment(ref _writing) != 1) _ledger.Complain("two requests of a non-reentrant grain at once");
    }

    private void End() => Interlocked.Decrement(ref _writing);

    private void Turn()
    {
        if (Interlocked.Increment(ref _inTurn) != 1) _ledger.Complain("two turns of one activation at once");
        Thread.SpinWait(20);
        Interlocked.Decrement(ref _inTurn);
    }
}

[GenerateSerializer]
public sealed class RefusedException : Exception;

/// <summary>What a grain did, kept outside of it; the key is "test:number".</summary>
internal sealed class Ledger
{
    public int Live;
    public int Deactivations;
    public volatile int Sum;
    private static readonly ConcurrentDictionary<string, Ledger> All = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<string> Complaints = new();
    private readonly string _key;
    private int _failing;

    private Ledger(string key) => _key = key;

    public static Ledger Of(string key) => All.GetOrAdd(key, static k => new Ledger(k));

    public static IReadOnlyCollection<string> ComplaintsOf(string test) =>
        [.. Complaints.Where(c => c.StartsWith($"{test}:", StringComparison.Ordinal))];

    /// <summary>The next lower grain: calls only go down, so that no ring of waiting grains can form.</summary>
    public static string Below(string key)
    {
        var colon = key.LastIndexOf(':');
        var number = int.Parse(key.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture);
        return $"{key[..colon]}:{number - 1}";
    }

    public void FailNextActivation() => Interlocked.Exchange(ref _failing, 1);

    public bool FailsNextActivation() => Interlocked.Exchange(ref _failing, 0) == 1;

    public void Complain(string what) => Complaints.Enqueue($"{_key}: {what}");
}
