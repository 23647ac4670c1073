using System.Net.Sockets;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>What the runtimes of silos ask each other.</summary>
public sealed class AskTests
{
    [Fact]
    public async Task A_question_is_answered_by_whoever_said_so_and_knows_who_asks()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Create();
        SiloAddress? asker = null;
        b.OnAsk(AskKind.Probe, async (from, question) =>
        {
            await Task.Yield();
            asker = from;
            return question.ToArray().Reverse().ToArray();
        });
        b.Start(new Handler(static (_, _) => { }));
        Assert.Equal([3, 2, 1], (await a.Ask(b.Address, AskKind.Probe, new byte[] { 1, 2, 3 }, TestNetwork.Patience)).ToArray());
        Assert.Equal(a.Address, asker);
    }

    [Fact]
    public async Task A_silo_that_does_not_know_the_question_or_fails_says_so()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Create();
        b.OnAsk(AskKind.LoadReport, static (_, _) => throw new InvalidOperationException("no load today"));
        b.Start(new Handler(static (_, _) => { }));
        var unknown = await Assert.ThrowsAsync<OrleansException>(() => a.Ask(b.Address, AskKind.Probe, default, TestNetwork.Patience));
        Assert.Contains("Probe", unknown.Message, StringComparison.Ordinal);
        var failed = await Assert.ThrowsAsync<OrleansException>(() => a.Ask(b.Address, AskKind.LoadReport, default, TestNetwork.Patience));
        Assert.Contains("no load today", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_within_the_limit_is_a_timeout_and_leaves_nothing_behind()
    {
        await using var a = TestNetwork.StartEcho(static options => options.SweepPeriod = TimeSpan.FromMilliseconds(20));
        await using var b = TestNetwork.Create();
        var hold = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        b.OnAsk(AskKind.Probe, async (_, _) => await hold.Task);
        b.Start(new Handler(static (_, _) => { }));
        await Assert.ThrowsAsync<TimeoutException>(() => a.Ask(b.Address, AskKind.Probe, default, TimeSpan.FromMilliseconds(50)));
        await TestNetwork.Until(() => a.PendingCalls == 0);
        hold.SetResult(default);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_apart_from_a_silo_that_says_nothing()
    {
        await using var a = TestNetwork.StartEcho();
        await using var notStarted = TestNetwork.Create();
        var exception = await Assert.ThrowsAsync<SiloUnavailableException>(() => a.Ask(notStarted.Address, AskKind.Probe, default, TestNetwork.Patience));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
    }
}
