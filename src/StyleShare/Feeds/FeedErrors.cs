namespace StyleShare.Feeds;

/// <summary>The refusals of feeds.</summary>
public static class FeedErrors
{
    /// <summary>The log of recent posts was not read once since the silo started.</summary>
    public static Refusal Unavailable() =>
        new(RefusalKind.Unavailable, "feed_unavailable", "The feed cannot be read now; try again in a moment.");
}
