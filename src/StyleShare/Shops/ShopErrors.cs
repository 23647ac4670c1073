namespace StyleShare.Shops;

/// <summary>The refusals of shops, so that codes are found in one place.</summary>
public static class ShopErrors
{
    /// <summary>There is no such shop, or none that the caller may know of.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "merchant_not_found", "There is no such merchant.");

    /// <summary>The id is taken.</summary>
    public static Refusal Exists() => new(RefusalKind.Conflict, "merchant_exists", "There is a merchant with this id already.");

    /// <summary>The shop was changed since the caller read it.</summary>
    public static Refusal Stale() =>
        new(RefusalKind.Stale, "stale_version", "The merchant was changed since; read it again and repeat the edit.");

    /// <summary>Something that the API should not have let through.</summary>
    public static Refusal Invalid(string field, string rule) =>
        new(RefusalKind.Invalid, "invalid_merchant", $"{field}: {rule}");

    /// <summary>So many keys are good that no more are made.</summary>
    public static Refusal TooManyKeys(int limit) => new(
        RefusalKind.Unprocessable, "too_many_api_keys", $"A merchant may have {limit} good API keys at the most; delete one first.");

    /// <summary>There is no such key, or it has ended.</summary>
    public static Refusal KeyNotFound() => new(RefusalKind.NotFound, "api_key_not_found", "There is no such API key.");
}
