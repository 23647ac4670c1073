using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Testing;
using StyleShare.Tests.Mail;

namespace StyleShare.Tests.Accounts;

public sealed class AccountMailTests : IAsyncLifetime
{
    private const string Verify = "/v1/email-verifications/";
    private const string Reset = "/v1/password-resets/";
    private const string NewPassword = "another horse battery";
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await StyleShareCluster.StartAsync(_database, [new("StyleShare:PublicUrl", "https://styleshare.example/")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Who_signs_up_confirms_the_address_by_the_link_in_the_mail()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        Assert.False((await Me(mina)).EmailVerified);
        var text = await _database.MailTo("mina@example.com", Verify);
        Assert.Contains("https://styleshare.example" + Verify, text, StringComparison.Ordinal);
        var token = Mailbox.TokenAfter(text, Verify);
        await Verification.Verify(token, null);
        Assert.True((await Me(mina)).EmailVerified);
        await Verification.Verify(token, null);
    }

    [Fact]
    public async Task Another_address_is_to_be_confirmed_anew_and_the_old_link_confirms_it_not()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        var first = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Verify), Verify);
        await Verification.Verify(first, null);
        await User(mina).Edit(new(null, null, null, false, null, "mina@new.example.com", null));
        Assert.False((await Me(mina)).EmailVerified);
        await Refused("bad_verification_token", () => Verification.Verify(first, null));
        await Verification.Verify(Mailbox.TokenAfter(await _database.MailTo("mina@new.example.com", Verify), Verify), null);
        Assert.True((await Me(mina)).EmailVerified);
    }

    [Fact]
    public async Task A_link_that_is_old_or_made_up_confirms_nothing()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        var token = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Verify), Verify);
        var forged = token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");
        foreach (var bad in (string[])[forged, "", "x", new string('A', 300), token + "A"])
            await Refused("bad_verification_token", () => Verification.Verify(bad, null));
        _silo.Time.Advance(TimeSpan.FromDays(3));
        await Refused("bad_verification_token", () => Verification.Verify(token, null));
        Assert.False((await Me(mina)).EmailVerified);
    }

    [Fact]
    public async Task A_reset_changes_the_password_once_and_ends_all_sessions()
    {
        var mina = await _silo.SignUp("mina", "Mina@example.com");
        var other = await _silo.SignIn("mina");
        await Resets.Ask("mina@EXAMPLE.com", null);
        var token = Mailbox.TokenAfter(await _database.MailTo("Mina@example.com", Reset), Reset);
        await Resets.Reset(token, NewPassword, null);

        Assert.Null(await _silo.CallerOf(mina.Tokens.AccessToken));
        Assert.Null(await _silo.CallerOf(other.AccessToken));
        await Refused("bad_refresh_token", () => _silo.Refresh(other.RefreshToken));
        await Refused("bad_credentials", () => _silo.SignIn("mina"));
        Assert.Equal(mina.User.Id, await _silo.CallerOf((await _silo.SignIn("mina", NewPassword)).AccessToken));
        await Refused("bad_reset_token", () => Resets.Reset(token, "yet another battery", null));

        // Whoever reads the mail has the mailbox.
        Assert.True((await Me(mina.User.Id)).EmailVerified);
    }

    [Fact]
    public async Task Of_two_resets_with_one_link_at_the_same_time_one_holds()
    {
        await _silo.SignUp("mina", "mina@example.com");
        await Resets.Ask("mina@example.com", null);
        var token = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Reset), Reset);
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Try($"password number {i}")));
        await _silo.SignIn("mina", Assert.Single(tries, won => won is not null)!);

        async Task<string?> Try(string password)
        {
            try
            {
                await Resets.Reset(token, password, null);
                return password;
            }
            catch (Refusal e) when (e.Code == "bad_reset_token")
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task A_link_to_reset_ends_after_an_hour_and_with_the_address()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        await Resets.Ask("mina@example.com", null);
        var first = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Reset), Reset);
        _silo.Time.Advance(TimeSpan.FromHours(1));
        await Refused("bad_reset_token", () => Resets.Reset(first, NewPassword, null));

        await Resets.Ask("mina@example.com", null);
        var second = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Reset, count: 2), Reset);
        await User(mina).Edit(new(null, null, null, false, null, "mina@new.example.com", null));
        await Refused("bad_reset_token", () => Resets.Reset(second, NewPassword, null));
        foreach (var bad in (string[])["", "x", ResetToken.New(mina).Encode(), ResetToken.New(Guid.NewGuid()).Encode()])
            await Refused("bad_reset_token", () => Resets.Reset(bad, NewPassword, null));
    }

    [Fact]
    public async Task What_is_kept_of_a_reset_does_not_open_the_account()
    {
        await _silo.SignUp("mina", "mina@example.com");
        await Resets.Ask("mina@example.com", null);
        var token = Mailbox.TokenAfter(await _database.MailTo("mina@example.com", Reset), Reset);
        await _database.NoJobs("password-reset");
        Assert.True(ResetToken.TryDecode(token, out var secret));
        var kept = await _database.ScalarAsync<string>("SELECT resets::text FROM credentials WHERE resets IS NOT NULL");
        Assert.Contains(Convert.ToBase64String(secret.Hash()), kept, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(secret.Secret.Span), kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_a_mail_at_an_address_without_an_account_and_few_at_one_with_it()
    {
        await _silo.SignUp("mina", "mina@example.com");
        await Resets.Ask("nobody@example.com", null);
        for (var i = 0; i < 8; i++)
        {
            await Resets.Ask("mina@example.com", null);
            await _database.NoJobs("password-reset");
        }

        await _database.NoJobs("verify-email");
        Assert.Empty(await _database.MailsTo("nobody@example.com", ""));
        Assert.Equal(5, (await _database.MailsTo("mina@example.com", "")).Count);
        _silo.Time.Advance(TimeSpan.FromHours(1));
        await Resets.Ask("mina@example.com", null);
        await _database.MailTo("mina@example.com", "", count: 6);
    }

    [Fact]
    public void The_sessions_end_is_committed_with_the_new_password()
    {
        var now = DateTimeOffset.UtcNow;
        var id = Guid.NewGuid();
        var token = ResetToken.New(id);
        var account = new Account(id, "old", now, null, null).IssueReset(new(token.Hash(), "email:x", now.AddHours(1)), now).Next;
        var reset = account.ResetPassword(token, "new", now);
        Assert.Equal([new AccountFact(SessionsEnd: new EndSessions(id, now))], reset.Facts);
        Assert.Equal("new", reset.Next.PasswordHash);
        Assert.Empty(reset.Next.Resets);
    }

    private EmailVerification Verification => _silo.Services.GetRequiredService<EmailVerification>();

    private PasswordResets Resets => _silo.Services.GetRequiredService<PasswordResets>();

    private IUserGrain User(Guid id) => _silo.Grains.GetGrain<IUserGrain>(id);

    private async Task<OwnView> Me(Guid id) => (await User(id).Me())!;

    private static async Task Refused(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<Refusal>(act)).Code);
}
