namespace Compliance;

/// <summary>What a grain throws is what its caller catches.</summary>
public sealed class ExceptionsTests(SharedCluster cluster)
{
    private IFailingGrain Grain => cluster.Grains.GetGrain<IFailingGrain>(Guid.NewGuid().ToString());

    [Fact]
    public async Task An_exception_crosses_with_its_type_and_message()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.FailAfterAwait("the reason"));
        Assert.Equal("the reason", thrown.Message);
    }

    [Fact]
    public async Task Its_stack_tells_where_it_was_thrown()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.FailAfterAwait("deep"));
        Assert.Contains("ThrowDeepInside", thrown.StackTrace);
    }

    [Fact]
    public async Task A_custom_exception_keeps_its_own_data()
    {
        var thrown = await Assert.ThrowsAsync<PaperJamException>(() => Grain.Jam(7));
        Assert.Equal(7, thrown.Tray);
        Assert.Equal("jam in tray 7", thrown.Message);
    }

    [Fact]
    public async Task An_inner_exception_comes_along()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.FailWithInner());
        Assert.IsType<FormatException>(thrown.InnerException);
    }

    [Fact]
    public async Task A_method_that_throws_before_its_first_await_fails_by_the_task_too()
    {
        var call = Grain.FailAtOnce();
        await Assert.ThrowsAsync<NotSupportedException>(() => call);
    }

    [Fact]
    public async Task A_value_task_method_fails_alike()
    {
        await Assert.ThrowsAsync<NotSupportedException>(async () => await Grain.FailValue());
    }

    [Fact]
    public async Task A_cancelled_task_is_a_cancellation_for_the_caller()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.Cancel());
    }

    [Fact]
    public async Task It_crosses_a_chain_of_grains()
    {
        var grain = Grain;
        var thrown = await Assert.ThrowsAsync<PaperJamException>(() => grain.JamThrough(3));
        Assert.Equal(0, thrown.Tray);
    }

    [Fact]
    public async Task A_grain_can_catch_what_another_threw()
    {
        Assert.Equal("caught jam in tray 9", await Grain.CatchFromOther(9));
    }

    [Fact]
    public async Task The_grain_stays_active_after_it_threw()
    {
        var grain = Grain;
        Assert.Equal(1, await grain.Count());
        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.FailAfterAwait("x"));
        Assert.Equal(2, await grain.Count());
    }

    [Fact]
    public async Task Only_the_call_that_failed_fails()
    {
        var grain = Grain;
        var good = Enumerable.Range(0, 50).Select(_ => grain.Count()).ToList();
        var bad = Enumerable.Range(0, 50).Select(_ => grain.FailAfterAwait("x")).ToList();
        Assert.Equal(50, (await Task.WhenAll(good)).Max());
        foreach (var call in bad) await Assert.ThrowsAsync<InvalidOperationException>(() => call);
    }
}

[GenerateSerializer]
public sealed class PaperJamException : Exception
{
    public PaperJamException(int tray)
        : base($"jam in tray {tray}") => Tray = tray;

    [Id(0)]
    public int Tray { get; init; }
}

public interface IFailingGrain : IGrainWithStringKey
{
    Task FailAfterAwait(string message);

    Task Jam(int tray);

    Task FailWithInner();

    Task FailAtOnce();

    ValueTask<int> FailValue();

    Task Cancel();

    Task JamThrough(int hops);

    Task<string> CatchFromOther(int tray);

    Task<int> Count();
}

public sealed class FailingGrain : Grain, IFailingGrain
{
    private int _count;

    private IFailingGrain Next => GrainFactory.GetGrain<IFailingGrain>($"{this.GetPrimaryKeyString()}+");

    public async Task FailAfterAwait(string message)
    {
        await Task.Yield();
        ThrowDeepInside(message);
    }

    public Task Jam(int tray) => throw new PaperJamException(tray);

    public Task FailWithInner() =>
        Task.FromException(new InvalidOperationException("outer", new FormatException("inner")));

    public Task FailAtOnce() => throw new NotSupportedException("at once");

    public ValueTask<int> FailValue() => throw new NotSupportedException("value");

    public Task Cancel() => Task.FromCanceled(new CancellationToken(canceled: true));

    public Task JamThrough(int hops) => hops == 0 ? Jam(0) : Next.JamThrough(hops - 1);

    public async Task<string> CatchFromOther(int tray)
    {
        try
        {
            await Next.Jam(tray);
            return "nothing";
        }
        catch (PaperJamException jam)
        {
            return $"caught {jam.Message}";
        }
    }

    public Task<int> Count() => Task.FromResult(++_count);

    private static void ThrowDeepInside(string message) => throw new InvalidOperationException(message);
}
