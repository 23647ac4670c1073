using Microsoft.Extensions.Options;
using StyleShare.Accounts;

namespace StyleShare.Tests.Accounts;

public sealed class PasswordsTests
{
    private const string Secret = "correct horse battery staple";

    [Fact]
    public async Task A_password_is_known_by_its_hash()
    {
        using var passwords = Create(o => o.PasswordIterations = 1_000);
        var hash = await passwords.HashAsync(Secret);
        Assert.DoesNotContain(Secret, hash, StringComparison.Ordinal);
        Assert.NotEqual(hash, await passwords.HashAsync(Secret));
        Assert.Equal(PasswordVerdict.Right, await passwords.VerifyAsync(hash, Secret));
        Assert.Equal(PasswordVerdict.Wrong, await passwords.VerifyAsync(hash, Secret + "!"));
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_to_be_made_anew()
    {
        using var before = Create(o => o.PasswordIterations = 1_000);
        using var after = Create(o => o.PasswordIterations = 2_000);
        Assert.Equal(
            PasswordVerdict.RightButHashedWeakly, await after.VerifyAsync(await before.HashAsync(Secret), Secret));
    }

    [Fact]
    public async Task Those_beyond_the_queue_are_sent_away_and_the_others_served()
    {
        using var passwords = Create(o =>
        {
            o.PasswordIterations = 100_000;
            o.PasswordConcurrency = 1;
            o.PasswordQueue = 4;
            o.PasswordWait = TimeSpan.FromMinutes(1);
        });
        var asked = Enumerable.Range(0, 50).Select(_ => passwords.HashAsync(Secret)).ToArray();
        var refused = 0;
        foreach (var task in asked)
        {
            try
            {
                Assert.NotEmpty(await task);
            }
            catch (Refusal e)
            {
                Assert.Equal((RefusalKind.Unavailable, "too_busy"), (e.Kind, e.Code));
                refused++;
            }
        }

        Assert.InRange(refused, 1, 49);
        Assert.NotEmpty(await passwords.HashAsync(Secret));
    }

    [Fact]
    public async Task Who_waits_too_long_is_sent_away()
    {
        using var passwords = Create(o =>
        {
            o.PasswordIterations = 200_000;
            o.PasswordConcurrency = 1;
            o.PasswordWait = TimeSpan.Zero;
        });
        var first = passwords.HashAsync(Secret);
        Assert.Equal("too_busy", (await Assert.ThrowsAsync<Refusal>(() => passwords.HashAsync(Secret))).Code);
        await first;
    }

    private static Passwords Create(Action<AccountOptions> configure)
    {
        var options = new AccountOptions();
        configure(options);
        return new Passwords(Options.Create(options));
    }
}
