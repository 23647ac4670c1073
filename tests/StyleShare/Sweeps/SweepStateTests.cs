using StyleShare.Sweeps;

namespace StyleShare.Tests.Sweeps;

public sealed class SweepStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    [Fact]
    public void A_run_begins_at_the_beginning()
    {
        var state = new SweepState { Handled = 7, Cursor = "left over" }.Begin(Now, Lease);
        Assert.Equal(new SweepState { IsRunning = true, StartedAt = Now, BusyUntil = Now + Lease }, state);
    }

    [Fact]
    public void An_interrupted_run_goes_on_where_it_was()
    {
        var interrupted = new SweepState().Begin(Now, Lease).After(new SweepStep("m", 10), Now, Lease);
        var state = interrupted.Begin(Now + TimeSpan.FromHours(1), Lease);
        Assert.Equal(interrupted with { BusyUntil = Now + TimeSpan.FromHours(1) + Lease }, state);
    }

    [Fact]
    public void A_step_moves_the_cursor_and_the_last_one_ends_the_run()
    {
        var state = new SweepState().Begin(Now, Lease).After(new SweepStep("m", 10), Now.AddSeconds(1), Lease);
        Assert.Equal(("m", 10L, true, Now.AddSeconds(1) + Lease), (state.Cursor, state.Handled, state.IsRunning, state.BusyUntil));
        state = state.After(new SweepStep(null, 3), Now.AddSeconds(2), Lease);
        Assert.Equal((null, 13L, false, Now.AddSeconds(2)), (state.Cursor, state.Handled, state.IsRunning, state.DoneAt));
    }

    [Theory]
    [InlineData(39, true)]
    [InlineData(40, false)]
    public void A_run_is_another_silos_until_it_has_said_nothing_for_so_long(int seconds, bool isTaken) =>
        Assert.Equal(isTaken, new SweepState().Begin(Now, Lease).IsTaken(Now.AddSeconds(seconds)));

    [Fact]
    public void A_run_that_was_let_go_is_free_at_once() => Assert.False(new SweepState().Begin(Now, Lease).LetGo().IsTaken(Now));

    [Fact]
    public void A_run_that_ended_is_nobodys() =>
        Assert.False(new SweepState().Begin(Now, Lease).After(new SweepStep(null, 0), Now, Lease).IsTaken(Now));
}
