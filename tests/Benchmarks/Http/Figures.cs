using System.Text;

namespace StyleShare.Benchmarks.Http;

/// <summary>All that is measured, and the table of it.</summary>
internal sealed class Figures
{
    public Series Start { get; } = new();

    public Series Users { get; } = new();

    public Series UserToConstant { get; } = new();

    public Series Posts { get; } = new();

    public Series PostToConstant { get; } = new();

    public Series Pgbench { get; } = new();

    public Series Likes { get; } = new();

    public Series LikesToPgbench { get; } = new();

    public Series Comments { get; } = new();

    public Series CommentsToPgbench { get; } = new();

    public Series OnePost { get; } = new();

    public Series OneToRandom { get; } = new();

    public Series Feeds { get; } = new();

    public Series FeedP99 { get; } = new();

    public Series FeedToPost { get; } = new();

    public Series ColdFeed { get; } = new();

    public Series ColdFeedP99 { get; } = new();

    public Series Publish { get; } = new();

    public Series ManyToFew { get; } = new();

    public Series BytesPerUser { get; } = new();

    /// <summary>A Markdown table: medians, with the least and the greatest run in brackets.</summary>
    public string Table()
    {
        var table = new StringBuilder();
        void Row(string what, string figure, string ratio, string goal) => table.AppendLine($"| {what} | {figure} | {ratio} | {goal} |");
        Row("what", "figure", "ratio", "goal");
        Row("---", "---", "---", "---");
        Row("read a user (hot, 64 connections)", $"{Users.Show("N0")}/s", $"{UserToConstant.Show("0.00")} × constant endpoint", "≥ 0.8");
        Row("read a post (hot, 64 connections)", $"{Posts.Show("N0")}/s", $"{PostToConstant.Show("0.00")} × constant endpoint", "≥ 0.8");
        Row("`pgbench -N -c 16`, same server", $"{Pgbench.Show("N0")}/s", "1", "");
        Row("likes, random posts (256 connections)", $"{Likes.Show("N0")}/s", $"{LikesToPgbench.Show("0.00")} × pgbench", "≥ 1.5");
        Row("comments, random posts (256)", $"{Comments.Show("N0")}/s", $"{CommentsToPgbench.Show("0.00")} × pgbench", "≥ 1.5");
        Row("likes and unlikes, one post (256)", $"{OnePost.Show("N0")}/s", $"{OneToRandom.Show("0.00")} × likes on random posts", "≥ 1");
        Row("feed, warm, 500 followed (16)", $"{Feeds.Show("N0")}/s, p99 {FeedP99.Show("0.0")} ms", $"p99 {FeedToPost.Show("0.0")} × a post's", "≤ 3");
        Row("feed, cold, 500 followed (16)", $"p50 {ColdFeed.Show("0.0")} ms, p99 {ColdFeedP99.Show("0.0")} ms", "", "");
        Row("publish, 1,000,000 followers (16)", $"p50 {Publish.Show("0.0")} ms", $"{ManyToFew.Show("0.00")} × with 10", "≤ 1.2");
        Row("an active user in memory, of 100,000", $"{BytesPerUser.Show("N0")} bytes", "", "");
        Row("start to first answer, empty database", $"{Start.Show("0.0")} s", "", "≤ 3 s");
        return table.ToString();
    }
}
