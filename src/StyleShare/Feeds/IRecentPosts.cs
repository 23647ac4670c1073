namespace StyleShare.Feeds;

/// <summary>What feeds are told of publishing.</summary>
public interface IRecentPosts
{
    /// <summary>A post was committed by this silo: feeds show it at once, not with the next look at the log.</summary>
    void Nudge();
}
