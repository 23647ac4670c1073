namespace StyleShare.Points;

/// <summary>The names of <see cref="EntryKind"/> in the database and in the API.</summary>
public static class EntryKinds
{
    /// <summary>The name.</summary>
    public static string Text(this EntryKind kind) => kind switch
    {
        EntryKind.Earn => "earn",
        EntryKind.Share => "share",
        EntryKind.Redemption => "redemption",
        EntryKind.Expiry => "expiry",
        EntryKind.ClawBack => "clawBack",
        EntryKind.Gift => "gift",
        EntryKind.Settlement => "settlement",
        EntryKind.Correction => "correction",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no name for this kind."),
    };

    /// <summary>The kind of a name.</summary>
    public static EntryKind Parse(string text) => text switch
    {
        "earn" => EntryKind.Earn,
        "share" => EntryKind.Share,
        "redemption" => EntryKind.Redemption,
        "expiry" => EntryKind.Expiry,
        "clawBack" => EntryKind.ClawBack,
        "gift" => EntryKind.Gift,
        "settlement" => EntryKind.Settlement,
        "correction" => EntryKind.Correction,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "There is no kind of this name."),
    };
}
