using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace StyleShare.Accounts;

/// <summary>What a password turned out to be.</summary>
public enum PasswordVerdict
{
    /// <summary>Not the one.</summary>
    Wrong,

    /// <summary>The one.</summary>
    Right,

    /// <summary>The one, but hashed with fewer rounds than are asked for today.</summary>
    RightButHashedWeakly,
}

/// <summary>Hashes and checks passwords with the framework's hasher (PBKDF2), outside of grains' turns.</summary>
/// <remarks>A hash takes tens of milliseconds of a core by design. So only so many run at once, and only so many wait.</remarks>
public sealed class Passwords : IDisposable
{
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly SemaphoreSlim _gate;
    private readonly AccountOptions _options;
    private readonly Lazy<string> _pretended;
    private int _waiting;

    /// <summary>Creates the service.</summary>
    public Passwords(IOptions<AccountOptions> options)
    {
        _options = options.Value;
        _hasher = new PasswordHasher<object>(Options.Create(
            new PasswordHasherOptions { IterationCount = _options.PasswordIterations }));
        var concurrency = _options.PasswordConcurrency > 0
            ? _options.PasswordConcurrency
            : Math.Max(1, Environment.ProcessorCount / 2);
        _gate = new SemaphoreSlim(concurrency, concurrency);
        _pretended = new Lazy<string>(() => _hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
    }

    /// <summary>Hashes a password with a salt of its own.</summary>
    /// <exception cref="Refusal"><c>too_busy</c>: nothing was done.</exception>
    public Task<string> HashAsync(string password) => RunAsync(() => _hasher.HashPassword(Nobody, password));

    /// <summary>Checks a password against a hash.</summary>
    /// <exception cref="Refusal"><c>too_busy</c>: nothing was done.</exception>
    public Task<PasswordVerdict> VerifyAsync(string hash, string password) => RunAsync(() =>
        _hasher.VerifyHashedPassword(Nobody, hash, password) switch
        {
            PasswordVerificationResult.Success => PasswordVerdict.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordVerdict.RightButHashedWeakly,
            _ => PasswordVerdict.Wrong,
        });

    /// <summary>Takes as long as <see cref="VerifyAsync"/>, for a login that does not exist.</summary>
    /// <exception cref="Refusal"><c>too_busy</c>, as it would be for one that does.</exception>
    public Task PretendAsync(string password) => RunAsync(() => _hasher.VerifyHashedPassword(Nobody, _pretended.Value, password));

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work)
    {
        if (Interlocked.Increment(ref _waiting) > _options.PasswordQueue)
        {
            Interlocked.Decrement(ref _waiting);
            throw AccountErrors.TooBusy();
        }

        try
        {
            if (!await _gate.WaitAsync(_options.PasswordWait))
                throw AccountErrors.TooBusy();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _gate.Release();
        }
    }
}
