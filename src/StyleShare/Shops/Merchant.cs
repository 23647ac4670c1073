using System.Collections.Immutable;
using System.Security.Cryptography;

namespace StyleShare.Shops;

/// <summary>What is kept of an API key.</summary>
/// <param name="Id">Which one.</param>
/// <param name="SecretHash">SHA-256 of its random part.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="EndsAt">When it ends, for there is a newer one; null for the newest.</param>
public sealed record MerchantKey(Guid Id, ImmutableArray<byte> SecretHash, DateTimeOffset CreatedAt, DateTimeOffset? EndsAt)
{
    /// <summary>Whether it is good.</summary>
    public bool IsGood(DateTimeOffset now) => EndsAt is not { } end || now < end;
}

/// <summary>A shop, and the rules of what may happen to it. Null stands for one that was never opened.</summary>
/// <param name="Currency">ISO 4217; never changes, for amounts of purchases are in it.</param>
/// <param name="Keys">Those that are good, and some that have ended since the last change.</param>
public sealed record Merchant(
    Guid Id,
    Guid OwnerId,
    string Name,
    string Currency,
    PointsProgram Program,
    ImmutableArray<MerchantKey> Keys,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt)
{
    /// <summary>The name of a shop.</summary>
    public static readonly TextRule NameRule = new(100, Required: true);

    /// <summary>Whether this may be a currency: three capital letters (ISO 4217).</summary>
    public static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);

    /// <summary>The shop, if this person may see and change it.</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, also for another one's.</exception>
    public static Merchant Own(Merchant? merchant, Guid caller) =>
        merchant is not null && merchant.OwnerId == caller ? merchant : throw ShopErrors.NotFound();

    /// <summary>Opens a shop with a first key.</summary>
    public static Decision<Merchant, MerchantFact> Open(
        Merchant? merchant, Guid id, Guid owner, string name, string currency, PointsProgram program, ApiKey key, DateTimeOffset now)
    {
        if (merchant is not null)
            throw ShopErrors.Exists();
        if (!IsCurrency(currency))
            throw ShopErrors.Invalid("currency", "Must be an ISO 4217 code, three capital letters.");
        var opened = new Merchant(
            id, owner, CleanName(name), currency, Checked(program), [new MerchantKey(key.KeyId, key.Hash(), now, EndsAt: null)], now, null);
        return new(opened, [MerchantFact.Changed]);
    }

    /// <summary>Edits the name and the program; what is null stays. It holds for what is bought from here on.</summary>
    public Decision<Merchant, MerchantFact> Edit(string? name, ProgramEdit? program, DateTimeOffset now)
    {
        var edited = this with
        {
            Name = name is null ? Name : CleanName(name),
            Program = program is null ? Program : Checked(program.Of(Program)),
        };
        return edited == this
            ? Decision<Merchant, MerchantFact>.Nothing(this)
            : new(edited with { EditedAt = now }, [MerchantFact.Changed]);
    }

    /// <summary>Adds a key; those of before end, but not at once.</summary>
    /// <param name="overlap">For how long they go on.</param>
    /// <param name="limit">How many may be good.</param>
    /// <exception cref="Refusal"><c>too_many_api_keys</c>.</exception>
    public Decision<Merchant, MerchantFact> AddKey(ApiKey key, DateTimeOffset now, TimeSpan overlap, int limit)
    {
        var end = now + overlap;
        var others = Good(now).Select(other => other with { EndsAt = other.EndsAt is { } before && before < end ? before : end });
        ImmutableArray<MerchantKey> keys = [.. others.Where(other => other.IsGood(now)), new(key.KeyId, key.Hash(), now, EndsAt: null)];
        return keys.Length <= limit
            ? new(this with { Keys = keys }, [MerchantFact.Changed])
            : throw ShopErrors.TooManyKeys(limit);
    }

    /// <summary>Ends a key at once.</summary>
    /// <exception cref="Refusal"><c>api_key_not_found</c>.</exception>
    public Decision<Merchant, MerchantFact> RevokeKey(Guid key, DateTimeOffset now)
    {
        ImmutableArray<MerchantKey> good = [.. Good(now)];
        ImmutableArray<MerchantKey> keys = [.. good.Where(other => other.Id != key)];
        return keys.Length < good.Length
            ? new(this with { Keys = keys }, [MerchantFact.Changed])
            : throw ShopErrors.KeyNotFound();
    }

    /// <summary>The keys that are good.</summary>
    public IEnumerable<MerchantKey> Good(DateTimeOffset now) => Keys.Where(key => key.IsGood(now));

    /// <summary>Whether this is the secret of a key that is good.</summary>
    public bool Admits(Guid key, ReadOnlySpan<byte> secretHash, DateTimeOffset now)
    {
        foreach (var known in Keys)
        {
            if (known.Id == key)
                return known.IsGood(now) && CryptographicOperations.FixedTimeEquals(known.SecretHash.AsSpan(), secretHash);
        }

        return false;
    }

    private static string CleanName(string name)
    {
        var problem = Text.Clean(name, NameRule, out var clean);
        return problem == TextProblem.None ? clean : throw ShopErrors.Invalid("name", Text.Describe(problem, NameRule));
    }

    private static PointsProgram Checked(PointsProgram program)
    {
        foreach (var (field, rule) in program.Problems())
            throw ShopErrors.Invalid("program." + field, rule);
        return program;
    }
}

/// <summary>What can happen to a shop: there are no rows but its own.</summary>
public enum MerchantFact
{
    /// <summary>Its row changed.</summary>
    Changed,
}
