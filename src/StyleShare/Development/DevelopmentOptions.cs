namespace StyleShare.Development;

/// <summary>Settings of the development sender; section <c>StyleShare:Development</c>.</summary>
public sealed class DevelopmentOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Development";

    /// <summary>How many of the newest messages are kept: a day of trying things out, some MB.</summary>
    public int OutboxSize { get; set; } = 1_000;
}
