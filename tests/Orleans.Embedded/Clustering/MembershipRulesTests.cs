using Orleans.Configuration;
using Orleans.Embedded;
using static EngineTests.Clustering.Members;

namespace EngineTests.Clustering;

public sealed class MembershipRulesTests
{
    private readonly MembershipRules _rules = new(new ClusterMembershipOptions());

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(10, 2)]
    public void Two_votes_are_needed_or_the_only_one_that_there_can_be(int silos, int needed) =>
        Assert.Equal(needed, _rules.VotesNeeded(ActiveView(silos), Address(0), Address(1), Nobody));

    [Fact]
    public void One_that_is_gone_itself_is_not_waited_for() =>
        Assert.Equal(1, _rules.VotesNeeded(ActiveView(3), Address(0), Address(1), new HashSet<SiloAddress> { Address(0), Address(2) }));

    [Fact]
    public void A_silo_that_joins_votes_too_but_needs_the_active_ones()
    {
        var alone = View(Member(0), Member(1, SiloStatus.Joining));
        Assert.Equal(1, _rules.VotesNeeded(alone, Address(0), Address(1), Nobody));
        var withOther = View(Member(0), Member(1, SiloStatus.Joining), Member(2));
        Assert.Equal(2, _rules.VotesNeeded(withOther, Address(0), Address(1), Nobody));
    }

    [Fact]
    public void The_second_vote_declares_dead_and_the_first_does_not()
    {
        var first = Vote(ActiveView(3), target: 0, by: 1);
        Assert.Equal(SiloStatus.Active, first.Status);
        var second = Vote(View(first, Member(1), Member(2)), target: 0, by: 2);
        Assert.Equal(SiloStatus.Dead, second.Status);
        Assert.Equal([Address(1), Address(2)], second.Suspicions.Select(vote => vote.By));
    }

    [Fact]
    public void Two_votes_of_one_silo_are_one()
    {
        var first = Vote(ActiveView(3), target: 0, by: 1);
        Assert.Null(TryVote(View(first, Member(1), Member(2)), target: 0, by: 1));
    }

    [Fact]
    public void A_vote_that_is_too_old_does_not_count()
    {
        var first = Vote(ActiveView(3), target: 0, by: 1);
        var view = View(first, Member(1), Member(2));
        var second = _rules.Suspect(view, first, new Suspicion(Address(2), Start), counts: _ => false, Nobody)!;
        Assert.Equal(SiloStatus.Active, second.Status);
        Assert.Equal([Address(2)], second.Suspicions.Select(vote => vote.By));
    }

    [Fact]
    public void The_vote_of_a_silo_that_died_since_does_not_count()
    {
        var suspected = Member(0, SiloStatus.Active, 1, new Suspicion(Address(1), Start));
        var view = View(suspected, Member(1, SiloStatus.Dead), Member(2), Member(3));
        Assert.Equal(SiloStatus.Active, Vote(view, target: 0, by: 2).Status);
    }

    [Fact]
    public void A_vote_is_taken_back()
    {
        var suspected = Member(0, SiloStatus.Active, 1, new Suspicion(Address(1), Start), new Suspicion(Address(2), Start));
        Assert.Equal([Address(2)], MembershipRules.Withdraw(suspected, Address(1))!.Suspicions.Select(vote => vote.By));
        Assert.Null(MembershipRules.Withdraw(suspected, Address(3)));
        Assert.Null(MembershipRules.Withdraw(suspected with { Status = SiloStatus.Dead }, Address(1)));
    }

    [Fact]
    public void Each_silo_probes_three_and_is_probed_by_three()
    {
        var view = ActiveView(7);
        var probed = view.Active.SelectMany(silo => _rules.ProbedBy(view, silo, Nobody)).GroupBy(silo => silo).ToList();
        Assert.Equal(7, probed.Count);
        Assert.All(probed, times => Assert.Equal(3, times.Count()));
    }

    [Fact]
    public void Nobody_probes_itself_or_the_dead()
    {
        var view = View(Member(0), Member(1, SiloStatus.Dead), Member(2, SiloStatus.ShuttingDown), Member(3, SiloStatus.Joining));
        Assert.Equal([Address(2), Address(3)], _rules.ProbedBy(view, Address(0), Nobody).Order());
    }

    [Fact]
    public void One_that_does_not_answer_is_probed_beside_three_that_do()
    {
        var view = ActiveView(7);
        var before = _rules.ProbedBy(view, Address(0), Nobody);
        var after = _rules.ProbedBy(view, Address(0), new HashSet<SiloAddress> { before[1] });
        Assert.Equal(4, after.Length);
        Assert.Equal(before, after[..3]);
    }

    [Fact]
    public void Earlier_lives_are_those_at_the_same_port_that_are_not_dead_yet()
    {
        var view = View(Member(0, generation: 1), Member(0, SiloStatus.Dead, generation: 2), Member(0, generation: 9), Member(1, generation: 1));
        Assert.Equal([Address(0, 1)], MembershipRules.EarlierLives(view, Address(0, 5)).Select(member => member.Address));
    }

    private ClusterMember Vote(ClusterView view, int target, int by) => TryVote(view, target, by)!;

    private ClusterMember? TryVote(ClusterView view, int target, int by) =>
        _rules.Suspect(view, view.Find(Address(target))!, new Suspicion(Address(by), Start), counts: _ => true, Nobody);
}

public sealed class ClusterViewTests
{
    [Fact]
    public void Active_silos_are_sorted_and_only_the_active_ones()
    {
        var view = View(Member(3), Member(1), Member(2, SiloStatus.ShuttingDown), Member(0, SiloStatus.Joining));
        Assert.Equal([Address(1), Address(3)], view.Active);
    }

    [Fact]
    public void A_silo_is_dead_if_the_table_says_so_or_has_a_later_life_at_its_port()
    {
        var view = View(Member(0, SiloStatus.Dead), Member(1, generation: 5));
        Assert.True(view.IsDead(Address(0)));
        Assert.True(view.IsDead(Address(1, 4)));
        Assert.False(view.IsDead(Address(1, 5)));
        Assert.False(view.IsDead(Address(1, 6)));
        Assert.False(view.IsDead(Address(2)));
        Assert.Equal(SiloStatus.None, view.StatusOf(Address(2)));
    }
}

public sealed class ProbeHistoryTests
{
    [Fact]
    public void Three_missed_probes_in_a_row_are_over_the_limit()
    {
        var history = Of(ProbeOutcome.Missed, ProbeOutcome.Missed);
        Assert.True(history.IsAtLast);
        Assert.False(history.IsOverLimit);
        history.Add(ProbeOutcome.Missed);
        Assert.True(history.IsOverLimit);
        Assert.False(history.IsRefused);
    }

    [Fact]
    public void Three_refusals_in_a_row_say_that_nobody_listens() =>
        Assert.True(Of(ProbeOutcome.Missed, ProbeOutcome.Refused, ProbeOutcome.Refused, ProbeOutcome.Refused).IsRefused);

    [Fact]
    public void An_answer_makes_all_good()
    {
        var history = Of(ProbeOutcome.Missed, ProbeOutcome.Missed, ProbeOutcome.Refused, ProbeOutcome.Refused, ProbeOutcome.Answered);
        Assert.False(history.IsFailing);
        history.Add(ProbeOutcome.Missed);
        Assert.False(history.IsOverLimit);
    }

    [Fact]
    public void A_void_probe_says_nothing_either_way()
    {
        var history = Of(ProbeOutcome.Missed, ProbeOutcome.Void, ProbeOutcome.Missed, ProbeOutcome.Void);
        Assert.Equal(2, history.Missed);
    }

    private static ProbeHistory Of(params ProbeOutcome[] outcomes)
    {
        var history = new ProbeHistory(missedLimit: 3);
        foreach (var outcome in outcomes)
            history.Add(outcome);
        return history;
    }
}
