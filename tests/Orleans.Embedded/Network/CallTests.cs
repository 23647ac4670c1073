using System.Text;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>Calls and answers between two networks that reach each other.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task Both_sides_call_and_are_answered()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        var (there, back) = (a.Call(b.Address, "there"), b.Call(a.Address, "back"));
        Assert.Equal("there", (await there.Outcome).Text);
        Assert.Equal("back", (await back.Outcome).Text);
        Assert.Equal(0, a.PendingCalls + b.PendingCalls);
    }

    [Fact]
    public async Task A_silo_may_call_itself()
    {
        await using var a = TestNetwork.StartEcho();
        Assert.Equal("me", (await a.Call(a.Address, "me").Outcome).Text);
    }

    [Theory]
    [InlineData(ReplyKind.Result)]
    [InlineData(ReplyKind.Failure)]
    [InlineData(ReplyKind.Cancelled)]
    [InlineData(ReplyKind.Rejected)]
    internal async Task Every_kind_of_answer_arrives_as_what_it_is(ReplyKind kind)
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Start((to, body) => to.Answer(body, kind));
        var outcome = await a.Call(b.Address, "x").Outcome;
        Assert.Equal((kind, "x"), (outcome.Kind, outcome.Text));
    }

    [Fact]
    public async Task A_hundred_thousand_calls_in_flight_each_get_their_own_answer()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        var calls = Enumerable.Range(0, 100_000).Select(i => a.Call(b.Address, $"call {i}")).ToList();
        for (var i = 0; i < calls.Count; i++)
            Assert.Equal($"call {i}", (await calls[i].Outcome).Text);
        Assert.All(calls, static call => Assert.Equal(1, call.Outcomes));
    }

    [Fact]
    public async Task Calls_of_many_threads_do_not_mix()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var body = new byte[i % 5000];
            Array.Fill(body, (byte)i);
            Assert.Equal(body, (await a.Call(b.Address, body).Outcome).Body);
        });
    }

    [Fact]
    public async Task The_largest_message_passes_and_a_larger_one_is_refused_without_harm_to_others()
    {
        const int Limit = 4 * 1024 * 1024;
        await using var a = TestNetwork.StartEcho(maxMessage: Limit);
        await using var b = TestNetwork.StartEcho(maxMessage: Limit);
        var largest = new byte[Limit];
        Random.Shared.NextBytes(largest);
        var passes = a.Call(b.Address, largest);
        var refused = a.Call(b.Address, new byte[Limit + 1]);
        var next = a.Call(b.Address, "next");

        Assert.Equal(largest, (await passes.Outcome).Body);
        var outcome = await refused.Outcome;
        Assert.True(outcome.SurelyNotExecuted);
        Assert.IsType<WireLimitException>(outcome.Lost);
        Assert.Equal("next", (await next.Outcome).Text);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_the_answerers_to_replace()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Start(static (to, _) =>
        {
            Assert.Throws<WireLimitException>(() => to.Answer(new byte[1024 * 1024 + 1]));
            to.Answer("too large"u8.ToArray(), ReplyKind.Failure);
        });
        Assert.Equal("too large", (await a.Call(b.Address, "x").Outcome).Text);
    }

    [Fact]
    public async Task A_call_that_cannot_be_written_hears_why_and_sends_nothing()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        var call = new UnwritableCall();
        Assert.Equal(0, a.Call(b.Address, call));
        Assert.True(call.SurelyNotExecuted);
        Assert.IsType<NotSupportedException>(call.Lost);
        Assert.Equal("next", (await a.Call(b.Address, "next").Outcome).Text);
        Assert.Equal(0, a.PendingCalls);
    }

    [Fact]
    public async Task A_call_that_cannot_be_read_is_rejected_as_unreadable()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Start(static (_, _) => throw new WireFormatException("what is this?"));
        var outcome = await a.Call(b.Address, "x").Outcome;
        Assert.Equal(ReplyKind.Rejected, outcome.Kind);
        Assert.Equal((byte)RejectionReason.Unreadable, outcome.Body[0]);
        Assert.Contains("what is this?", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_arrives_and_is_not_answered()
    {
        await using var a = TestNetwork.StartEcho();
        var arrived = new TaskCompletionSource<(bool WantsReply, string Text)>();
        await using var b = TestNetwork.Start((to, body) =>
        {
            to.Answer(body);
            arrived.TrySetResult((to.WantsReply, Encoding.UTF8.GetString(body)));
        });
        var post = new TestCall("posted"u8.ToArray());
        a.Post(b.Address, post);
        Assert.Equal((false, "posted"), await arrived.Task.WaitAsync(TestNetwork.Patience));
        Assert.Equal(0, a.PendingCalls);
    }

    [Fact]
    public async Task A_cancellation_names_the_call_and_the_caller()
    {
        await using var a = TestNetwork.StartEcho();
        var called = new TaskCompletionSource<ReplyTo>();
        var cancelled = new TaskCompletionSource<(SiloAddress, long)>();
        await using var b = TestNetwork.Create();
        b.Start(new Handler((to, _) => called.TrySetResult(to), (from, id) => cancelled.TrySetResult((from, id))));
        var call = a.Call(b.Address, "x");
        var to = await called.Task.WaitAsync(TestNetwork.Patience);
        a.Cancel(b.Address, call.Id);
        Assert.Equal((a.Address, call.Id), await cancelled.Task.WaitAsync(TestNetwork.Patience));
        Assert.Equal(call.Id, to.CallId);
        to.Answer([], ReplyKind.Cancelled);
        Assert.Equal(ReplyKind.Cancelled, (await call.Outcome).Kind);
    }

    [Fact]
    public async Task A_call_that_someone_has_given_up_on_is_forgotten_and_its_answer_dropped()
    {
        await using var a = TestNetwork.StartEcho(static options => options.SweepPeriod = TimeSpan.FromMilliseconds(20));
        var called = new TaskCompletionSource<ReplyTo>();
        await using var b = TestNetwork.Start((to, body) =>
        {
            if (body.Length == 0)
                called.TrySetResult(to);
            else
                to.Answer(body);
        });
        var call = a.Call(b.Address, "");
        var to = await called.Task.WaitAsync(TestNetwork.Patience);
        Assert.Equal(1, a.PendingCalls);
        call.IsDone = true;
        await TestNetwork.Until(() => a.PendingCalls == 0);

        var next = a.Call(b.Address, "takes its place");
        to.Answer("late"u8.ToArray());
        Assert.Equal("takes its place", (await next.Outcome).Text);
        Assert.Equal("after the late one", (await a.Call(b.Address, "after the late one").Outcome).Text);
        Assert.Equal(0, call.Outcomes);
    }

    [Fact]
    public async Task A_call_that_is_asked_whether_it_is_done_may_wait_for_other_calls()
    {
        await using var a = TestNetwork.StartEcho(static options => options.SweepPeriod = TimeSpan.FromMilliseconds(20));
        var called = new TaskCompletionSource();
        await using var b = TestNetwork.Start((to, body) =>
        {
            if (body.Length == 0)
                called.TrySetResult();
            else
                to.Answer(body);
        });
        // As one that times out does: its caller goes on, and calls on the same connection.
        var call = new TimingOutCall(() => a.Call(b.Address, "from within").Outcome);
        a.Call(b.Address, call);
        await called.Task.WaitAsync(TestNetwork.Patience);
        Assert.Equal("from within", (await call.Other.Task.WaitAsync(TestNetwork.Patience)).Text);
        await TestNetwork.Until(() => a.PendingCalls == 0);
    }

    private sealed class TimingOutCall(Func<Task<Outcome>> callOther) : IOutgoingCall
    {
        public TaskCompletionSource<Outcome> Other { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDone
        {
            get
            {
                var other = Task.Run(callOther);
                if (other.Wait(TestNetwork.Patience / 2))
                    Other.TrySetResult(other.Result);
                return Other.Task.IsCompleted;
            }
        }

        public void Write(ref WireWriter writer)
        {
        }

        public void OnReply(ReplyKind kind, ref WireReader reader) => throw new InvalidOperationException("It is never answered.");

        public void OnLost(bool surelyNotExecuted, Exception why) => Other.TrySetException(why);
    }

    private sealed class UnwritableCall : IOutgoingCall
    {
        public Exception? Lost { get; private set; }

        public bool SurelyNotExecuted { get; private set; }

        public bool IsDone => Lost is not null;

        public void Write(ref WireWriter writer)
        {
            writer.WriteString("a part of it");
            throw new NotSupportedException("no codec");
        }

        public void OnReply(ReplyKind kind, ref WireReader reader) => throw new InvalidOperationException("It was never sent.");

        public void OnLost(bool surelyNotExecuted, Exception why) => (SurelyNotExecuted, Lost) = (surelyNotExecuted, why);
    }
}
