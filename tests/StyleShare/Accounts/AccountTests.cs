using StyleShare.Accounts;
using StyleShare.People;

namespace StyleShare.Tests.Accounts;

public sealed class AccountTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly User Mina = User.New(Guid.NewGuid(), "mina", "mina@example.com", "Mina", null, Now);
    private static readonly Session First =
        Session.Start(Mina.Id, RefreshToken.New(Guid.NewGuid(), 1), Now, TimeSpan.FromDays(30)).Next;

    [Fact]
    public void An_account_opens_with_its_person_and_a_session()
    {
        var opened = Account.Open(null, Mina, "hash", First);
        Assert.Equal([new AccountFact(Mina, First)], opened.Facts);
        Assert.True(opened.Next.IsOpen);
    }

    [Fact]
    public void An_account_opens_once()
    {
        var account = Account.Open(null, Mina, "hash", First).Next;
        Assert.Equal("account_exists", Assert.Throws<Refusal>(() => Account.Open(account, Mina, "hash", First)).Code);
    }

    [Fact]
    public void Erasing_is_asked_once_and_leaves_no_password()
    {
        var asked = Account.Open(null, Mina, "hash", First).Next.AskErase(Now);
        Assert.False(asked.Next.IsOpen);
        Assert.Single(asked.Facts);
        Assert.Empty(asked.Next.AskErase(Now.AddDays(1)).Facts);
        Assert.Empty(asked.Next.Rehash("other").Facts);

        var erased = asked.Next.FinishErase(Now.AddDays(1));
        Assert.Equal("", erased.Next.PasswordHash);
        Assert.Equal(Now, erased.Next.EraseAskedAt);
        Assert.Empty(erased.Next.FinishErase(Now.AddDays(2)).Facts);
    }

    [Theory]
    [InlineData("invalid_handle", "mi na", "mina@example.com", "password-1", "Mina", "ko")]
    [InlineData("invalid_email", "mina", "mina", "password-1", "Mina", "ko")]
    [InlineData("invalid_password", "mina", "mina@example.com", "short", "Mina", "ko")]
    [InlineData("invalid_display_name", "mina", "mina@example.com", "password-1", "\u200b", "ko")]
    [InlineData("invalid_locale", "mina", "mina@example.com", "password-1", "Mina", "fr")]
    public void Texts_are_checked_again(
        string code, string handle, string email, string password, string name, string locale)
    {
        var refusal = Assert.Throws<Refusal>(
            () => NewAccount.From(new SignUp(handle, email, password, name, locale, null)));
        Assert.Equal((RefusalKind.Invalid, code), (refusal.Kind, refusal.Code));
    }

    [Fact]
    public void Texts_come_out_in_the_form_that_is_kept() => Assert.Equal(
        new NewAccount("mina", "mina@example.com", "password-1", "Mina", "ko"),
        NewAccount.From(new SignUp("MINA", " mina@EXAMPLE.com", "password-1", " Mina ", "ko-KR", null)));
}
