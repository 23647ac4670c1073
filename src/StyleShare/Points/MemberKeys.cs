namespace StyleShare.Points;

/// <summary>Keys of grains that stand for a person at one shop: <c>{merchant:N}/{user:N}</c>.</summary>
public static class MemberKeys
{
    private const int IdLength = 32;

    /// <summary>The key.</summary>
    public static string Of(Guid merchant, Guid user) => string.Create((2 * IdLength) + 1, (merchant, user), static (key, ids) =>
    {
        ids.merchant.TryFormat(key, out _, "N");
        key[IdLength] = '/';
        ids.user.TryFormat(key[(IdLength + 1)..], out _, "N");
    });

    /// <summary>Whom a key is of.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (Guid Merchant, Guid User) Parse(string key) => key.Length == (2 * IdLength) + 1 && key[IdLength] == '/'
        ? (Guid.ParseExact(key.AsSpan(0, IdLength), "N"), Guid.ParseExact(key.AsSpan(IdLength + 1), "N"))
        : throw new FormatException("A member's key is the shop's id, a slash, and the person's id.");
}
