using System.Collections.Concurrent;
using System.Net.Sockets;
using EngineTests.Stress;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>What is told to whom when a connection cannot be made, breaks, or is ended.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task Calls_to_nobody_were_surely_not_executed()
    {
        await using var a = TestNetwork.StartEcho();
        await using var nobody = TestNetwork.Create();
        var unreachable = new TaskCompletionSource<SiloAddress>();
        a.Unreachable += (silo, _) => unreachable.TrySetResult(silo);
        var calls = Enumerable.Range(0, 100).Select(i => a.Call(nobody.Address, $"{i}")).ToList();
        foreach (var call in calls)
        {
            var outcome = await call.Outcome;
            Assert.True(outcome.SurelyNotExecuted);
            Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(outcome.Lost!.InnerException).SocketErrorCode);
        }

        Assert.Equal(nobody.Address, await unreachable.Task.WaitAsync(TestNetwork.Patience));
        Assert.Equal(0, a.PendingCalls);
    }

    [Fact]
    public async Task A_silo_that_comes_late_is_reached_without_anyone_saying_so()
    {
        await using var a = TestNetwork.StartEcho();
        await using var late = TestNetwork.Create();
        Assert.True((await a.Call(late.Address, "too early").Outcome).SurelyNotExecuted);
        late.Start(new Handler(static (to, body) => to.Answer(body)));
        Assert.Equal("now", (await a.Call(late.Address, "now").Outcome).Text);
    }

    [Fact]
    public async Task Calls_under_way_when_the_other_dies_may_have_been_executed_and_end_at_once()
    {
        await using var a = TestNetwork.StartEcho();
        var held = new ConcurrentQueue<ReplyTo>();
        var b = TestNetwork.Start((to, _) => held.Enqueue(to));
        var calls = Enumerable.Range(0, 1000).Select(i => a.Call(b.Address, $"{i}")).ToList();
        await TestNetwork.Until(() => held.Count == calls.Count);
        var unreachable = new TaskCompletionSource<SiloAddress>();
        a.Unreachable += (silo, _) => unreachable.TrySetResult(silo);
        await b.DisposeAsync();
        foreach (var call in calls)
        {
            var outcome = await call.Outcome;
            Assert.False(outcome.SurelyNotExecuted);
            Assert.IsType<SiloUnavailableException>(outcome.Lost);
        }

        Assert.Equal(b.Address, await unreachable.Task.WaitAsync(TestNetwork.Patience));
        Assert.Equal(0, a.PendingCalls);
        // Nobody hears of these any more, and nothing breaks of it.
        foreach (var to in held)
            to.Answer("late"u8.ToArray());
        Assert.All(calls, static call => Assert.Equal(1, call.Outcomes));
    }

    [Fact]
    public async Task No_call_that_was_read_is_said_to_be_surely_not_executed()
    {
        var random = new Random(Seed.Next());
        for (var round = 0; round < 10; round++)
        {
            await using var a = TestNetwork.StartEcho();
            using var listener = new RawListener();
            // More than the sockets hold, so that a part of it is never handed over.
            var calls = Enumerable.Range(0, 500).Select(i => a.Call(listener.Address, new byte[random.Next(1, 60_000)])).ToList();
            var places = calls.Select((call, place) => (call.Id, place)).ToDictionary();
            using var connection = await listener.LetIn();
            var read = new List<TestCall>();
            for (var count = random.Next(0, 300); count > 0; count--)
                read.Add(calls[places[(await connection.Receive()).Header.Id]]);
            connection.Kill();

            var outcomes = await Task.WhenAll(calls.Select(static call => call.Outcome));
            Assert.All(outcomes, static outcome => Assert.NotNull(outcome.Lost));
            foreach (var call in read)
                Assert.False((await call.Outcome).SurelyNotExecuted);
            Assert.True(outcomes[^1].SurelyNotExecuted, "The last of 15 MB cannot have been handed to a socket that nobody read.");
        }
    }

    [Fact]
    public async Task A_connection_that_broke_is_made_again_for_the_next_call_and_late_answers_of_the_first_are_nobodys()
    {
        await using var a = TestNetwork.StartEcho();
        using var listener = new RawListener();
        var first = a.Call(listener.Address, "first");
        using (var connection = await listener.LetIn())
        {
            Assert.Equal(first.Id, (await connection.Receive()).Header.Id);
            connection.Kill();
        }

        Assert.False((await first.Outcome).SurelyNotExecuted);
        var second = a.Call(listener.Address, "second");
        using var again = await listener.LetIn();
        Assert.Equal(second.Id, (await again.Receive()).Header.Id);
        Assert.NotEqual(first.Id, second.Id);
        await again.Send(FrameKind.Reply, first.Id, "late"u8.ToArray());
        await again.Send(FrameKind.Reply, second.Id, "answer"u8.ToArray());
        Assert.Equal("answer", (await second.Outcome).Text);
    }

    [Fact]
    public async Task A_dropped_silo_is_neither_called_nor_heard_again_and_its_calls_end()
    {
        await using var a = TestNetwork.StartEcho();
        var called = new TaskCompletionSource();
        await using var b = TestNetwork.Start((_, _) => called.TrySetResult());
        Assert.Equal("before", (await b.Call(a.Address, "before").Outcome).Text);
        var pending = a.Call(b.Address, "never answered");
        await called.Task.WaitAsync(TestNetwork.Patience);

        a.Drop(b.Address, new SiloUnavailableException("voted out"));
        var outcome = await pending.Outcome;
        Assert.False(outcome.SurelyNotExecuted);
        Assert.Contains("voted out", outcome.Lost!.Message, StringComparison.Ordinal);
        Assert.True((await a.Call(b.Address, "x").Outcome).SurelyNotExecuted);
        // One that is on its way just then may end as possibly executed; what comes behind it is not let in.
        await TestNetwork.Until(() => b.PendingCalls == 0);
        Outcome refused;
        do
        {
            refused = await b.Call(a.Address, "x").Outcome;
            Assert.NotNull(refused.Lost);
        }
        while (!refused.SurelyNotExecuted);
    }

    [Fact]
    public async Task A_clean_stop_answers_what_it_has_taken_and_loses_nothing_else()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var a = TestNetwork.StartEcho();
            var executed = new ConcurrentDictionary<long, bool>();
            await using var b = TestNetwork.Start((to, body) => _ = Task.Run(async () =>
            {
                await Task.Yield();
                executed[to.CallId] = true;
                to.Answer(body);
            }));
            Assert.Equal("up", (await a.Call(b.Address, "up").Outcome).Text);

            var calls = new ConcurrentQueue<TestCall>();
            using var stop = new CancellationTokenSource();
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 20_000 && !stop.IsCancellationRequested; i++)
                {
                    var call = a.Call(b.Address, $"{i}");
                    calls.Enqueue(call);
                    if (i % 50 == 49)
                        await call.Outcome;
                }
            })).ToArray();
            await TestNetwork.Until(() => executed.Count > 200);
            using var limit = new CancellationTokenSource(TestNetwork.Patience);
            await b.StopAsync(limit.Token);
            await stop.CancelAsync();
            await Task.WhenAll(callers);

            foreach (var call in calls)
            {
                var outcome = await call.Outcome;
                var wasRefused = outcome.Lost is not null ? outcome.SurelyNotExecuted : outcome.Kind == ReplyKind.Rejected;
                Assert.True(wasRefused || (outcome.Kind == ReplyKind.Result && outcome.Lost is null), $"{outcome.Lost}");
                Assert.Equal(!wasRefused, executed.ContainsKey(call.Id));
            }
        }
    }

    [Fact]
    public async Task A_stop_waits_for_answers_of_others_too()
    {
        var a = TestNetwork.StartEcho();
        var called = new TaskCompletionSource<ReplyTo>();
        await using var b = TestNetwork.Start((to, _) => called.TrySetResult(to));
        var call = a.Call(b.Address, "x");
        var to = await called.Task.WaitAsync(TestNetwork.Patience);
        using var limit = new CancellationTokenSource(TestNetwork.Patience);
        var stopped = a.StopAsync(limit.Token);
        to.Answer("answer"u8.ToArray());
        await stopped;
        Assert.Equal("answer", (await call.Outcome).Text);
        Assert.True((await a.Call(b.Address, "y").Outcome).SurelyNotExecuted);
        await a.DisposeAsync();
    }

    [Fact]
    public async Task A_stop_whose_limit_passes_cuts_off_what_is_left()
    {
        await using var a = TestNetwork.StartEcho();
        var called = new TaskCompletionSource();
        await using var b = TestNetwork.Start((_, _) => called.TrySetResult());
        var call = a.Call(b.Address, "never answered");
        await called.Task.WaitAsync(TestNetwork.Patience);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await b.StopAsync(limit.Token);
        Assert.False((await call.Outcome).SurelyNotExecuted);
    }
}
