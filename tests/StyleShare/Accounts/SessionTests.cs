using FsCheck;
using FsCheck.Fluent;
using StyleShare.Accounts;

namespace StyleShare.Tests.Accounts;

public sealed class SessionTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private static readonly Guid Id = Guid.NewGuid();
    private readonly RefreshToken _first = RefreshToken.New(Id, 1);

    [Fact]
    public void The_current_token_is_good_until_it_expires()
    {
        var session = Start();
        Assert.Equal(RefreshVerdict.Good, session.Judge(_first, Now + Lifetime - TimeSpan.FromTicks(1)));
        Assert.Equal(RefreshVerdict.Bad, session.Judge(_first, Now + Lifetime));
    }

    [Fact]
    public void A_spent_token_is_a_replay_and_the_next_one_is_good()
    {
        var next = RefreshToken.New(Id, 2);
        var session = Start().Rotate(next, Now, Lifetime).Next;
        Assert.Equal(RefreshVerdict.Replayed, session.Judge(_first, Now));
        Assert.Equal(RefreshVerdict.Good, session.Judge(next, Now));
    }

    [Fact]
    public void A_made_up_secret_is_bad_and_ends_nothing()
    {
        Assert.Equal(RefreshVerdict.Bad, Start().Judge(RefreshToken.New(Id, 1), Now));
        Assert.Equal(RefreshVerdict.Bad, Start().Judge(RefreshToken.New(Id, 2), Now));
        Assert.Equal(RefreshVerdict.Bad, Start().Judge(RefreshToken.New(Id, 0), Now));
        Assert.Equal(RefreshVerdict.Bad, Start().Judge(RefreshToken.New(Id, -1), Now));
    }

    [Fact]
    public void Nothing_is_good_for_a_revoked_session()
    {
        var revoked = Start().Revoke(Now);
        Assert.Equal([SessionFact.Revoked], revoked.Facts);
        Assert.Equal(RefreshVerdict.Bad, revoked.Next.Judge(_first, Now));
        Assert.Empty(revoked.Next.Revoke(Now).Facts);
    }

    [Fact]
    public void The_secret_itself_is_not_kept()
    {
        var session = Start();
        Assert.NotEqual(_first.Secret.ToArray(), session.SecretHash);
        Assert.Equal(_first.Hash(), session.SecretHash);
    }

    [Fact]
    public void A_token_is_read_as_it_was_written()
    {
        Assert.True(RefreshToken.TryDecode(_first.Encode(), out var read));
        Assert.Equal((_first.SessionId, _first.Generation), (read.SessionId, read.Generation));
        Assert.Equal(_first.Secret.ToArray(), read.Secret.ToArray());
    }

    [Fact]
    public void Anything_else_is_no_token()
    {
        var text = _first.Encode();
        Assert.False(RefreshToken.TryDecode("", out _));
        Assert.False(RefreshToken.TryDecode(text[1..], out _));
        Assert.False(RefreshToken.TryDecode(text + "A", out _));
        Assert.False(RefreshToken.TryDecode("*" + text[1..], out _));
        Assert.False(RefreshToken.TryDecode(" " + text[1..], out _));
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(t => t is not null), t =>
            !RefreshToken.TryDecode(t, out var token) || token.Encode() == t).QuickCheckThrowOnFailure();
    }

    private Session Start() => Session.Start(Guid.NewGuid(), _first, Now, Lifetime).Next;
}
