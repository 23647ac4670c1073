using StyleShare.Accounts;

namespace StyleShare.Tests.Accounts;

public sealed class ClaimTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly Guid Mina = Guid.NewGuid();
    private static readonly Guid Juno = Guid.NewGuid();

    [Fact]
    public void A_free_name_is_anybodys() => Assert.Equal(ClaimAnswer.Yours, new Claim().Ask(Mina, "a", Now, Settled));

    [Fact]
    public void A_name_stays_its_owners() =>
        Assert.Equal(ClaimAnswer.Yours, Claim.By(Mina, "a", Now).Ask(Mina, "b", Now, Settled));

    [Fact]
    public void A_name_just_taken_is_nobody_elses() =>
        Assert.Equal(ClaimAnswer.Taken, Claim.By(Mina, "a", Now).Ask(Juno, "b", Now + Settled - TimeSpan.FromTicks(1), Settled));

    [Fact]
    public void A_name_taken_long_ago_may_be_taken_over_if_it_is_not_used() =>
        Assert.Equal(ClaimAnswer.YoursUnlessUsed, Claim.By(Mina, "a", Now).Ask(Juno, "b", Now + Settled, Settled));

    [Fact]
    public void The_retry_of_an_attempt_need_not_wait() =>
        Assert.Equal(ClaimAnswer.YoursUnlessUsed, Claim.By(Mina, "a", Now).Ask(Juno, "a", Now, Settled));
}
