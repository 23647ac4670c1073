using Microsoft.Extensions.Logging.Abstractions;
using StyleShare.Accounts;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

/// <summary>What issues tokens on one silo; several of them on one database are several silos.</summary>
internal sealed class TokenFixture : IDisposable
{
    public TokenFixture(TestDatabase database, TimeProvider clock, Action<AccountOptions>? configure = null)
    {
        Options = new AccountOptions();
        configure?.Invoke(Options);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Keys = new SigningKeys(database.Source, clock, options);
        Tokens = new AccessTokens(Keys, clock, options, NullLogger<AccessTokens>.Instance);
    }

    public AccountOptions Options { get; }

    public SigningKeys Keys { get; }

    public AccessTokens Tokens { get; }

    public void Dispose() => Keys.Dispose();
}
