namespace StyleShare.Shares;

/// <summary>Settings of shares; section <c>StyleShare:Shares</c>.</summary>
public sealed class ShareOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Shares";

    /// <summary>
    /// How long the one through whom a person first came to a shop gets a part of their purchases; whoever brings them later
    /// takes the place. A year: nobody is paid for ever, and a customer of each season is still remembered.
    /// </summary>
    public TimeSpan TouchFor { get; set; } = TimeSpan.FromDays(365);
}
