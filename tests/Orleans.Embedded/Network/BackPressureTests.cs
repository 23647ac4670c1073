using System.Collections.Concurrent;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>What one side does not take, the other does not pile up.</summary>
public sealed class BackPressureTests
{
    [Fact]
    public async Task Calls_to_a_silo_that_reads_nothing_are_refused_beyond_a_bound_of_bytes()
    {
        await using var a = TestNetwork.StartEcho(static options => options.MaxQueuedBytes = 1024 * 1024);
        using var listener = new RawListener();
        var calls = new List<TestCall>();
        var first = a.Call(listener.Address, new byte[100_000]);
        using var connection = await listener.LetIn();
        calls.Add(first);
        // What the system's buffers of both sides hold, and the bound, is less than this.
        while (calls.Count < 1000 && calls[^1].Outcomes == 0)
            calls.Add(a.Call(listener.Address, new byte[100_000]));

        Assert.True(calls.Count < 1000, "100 MB were taken on for a silo that reads nothing.");
        var refused = await calls[^1].Outcome;
        Assert.True(refused.SurelyNotExecuted);
        Assert.IsType<LimitExceededException>(refused.Lost);

        // It goes on once the other reads on.
        for (var read = 0; read < calls.Count - 1; read++)
            await connection.Send(FrameKind.Reply, (await connection.Receive()).Header.Id, []);
        await Task.WhenAll(calls.SkipLast(1).Select(static call => call.Outcome));
        Assert.All(calls.SkipLast(1), static call => Assert.Null(call.Outcome.Result.Lost));
    }

    [Fact]
    public async Task Calls_without_answers_are_refused_beyond_a_bound_of_their_number()
    {
        await using var a = TestNetwork.StartEcho(static options => options.MaxPendingCalls = 10);
        var held = new ConcurrentQueue<ReplyTo>();
        await using var b = TestNetwork.Start((to, _) => held.Enqueue(to));
        var calls = Enumerable.Range(0, 10).Select(i => a.Call(b.Address, $"{i}")).ToList();
        var refused = await a.Call(b.Address, "too many").Outcome;
        Assert.True(refused.SurelyNotExecuted);
        Assert.IsType<LimitExceededException>(refused.Lost);
        await TestNetwork.Until(() => held.Count == 10);
        foreach (var to in held)
            to.Answer([]);
        await Task.WhenAll(calls.Select(static call => call.Outcome));
        var next = a.Call(b.Address, "next");
        await TestNetwork.Until(() => held.Count == 11);
        held.Last().Answer([]);
        Assert.Null((await next.Outcome).Lost);
    }

    [Fact]
    public async Task A_caller_that_takes_no_answers_is_not_read_on_and_loses_none()
    {
        const int Calls = 3000;
        const int AnswerSize = 100_000;
        var taken = 0;
        await using var b = TestNetwork.Start((to, _) =>
        {
            Interlocked.Increment(ref taken);
            to.Answer(new byte[AnswerSize]);
        });
        using var caller = await RawConnection.DialIn(b.Address);
        for (var id = 1; id <= Calls; id++)
            await caller.Send(FrameKind.Call, id, []);

        // The bound of a megabyte, and what the system's buffers of both sides hold: far below the 300 MB of all answers.
        var most = 0;
        for (var id = 1; id <= Calls; id++)
        {
            var (header, body) = await caller.Receive();
            Assert.Equal((id, AnswerSize), (header.Id, body.Length));
            most = Math.Max(most, Volatile.Read(ref taken) - id);
        }

        Assert.InRange(most, 0, 500);
    }

    [Fact]
    public async Task A_connection_whose_answers_pile_up_all_the_same_is_ended()
    {
        var held = new ConcurrentQueue<ReplyTo>();
        await using var b = TestNetwork.Start((to, _) => held.Enqueue(to), static options => options.MaxQueuedBytes = 1, maxMessage: 1024 * 1024);
        using var caller = await RawConnection.DialIn(b.Address);
        for (var id = 1; id <= 100; id++)
            await caller.Send(FrameKind.Call, id, []);
        await TestNetwork.Until(() => held.Count == 100);
        // They were taken when nothing waited yet; now their answers come at once, and nobody reads them.
        foreach (var to in held)
            to.Answer(new byte[1024 * 1024]);
        Assert.InRange((await caller.ReadToEnd()).Length, 0, 50 * 1024 * 1024);
    }
}
