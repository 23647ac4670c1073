using StyleShare.Jobs;
using StyleShare.Shares.Channels;
using StyleShare.Storage;

namespace StyleShare.Shares;

/// <summary>The table of shares.</summary>
internal static class ShareTable
{
    private static readonly Column<Share> Key = Column.Text<Share>("code", share => share.Code);

    private static readonly Column<Share>[] Columns =
    [
        Column.Uuid<Share>("id", share => share.Id),
        Column.Uuid<Share>("owner_id", share => share.OwnerId),
        Column.Uuid<Share>("post_id", share => share.PostId),
        Column.Uuid<Share>("merchant_id", share => share.MerchantId),
        Column.Integer<Share>("channel", share => (int)share.Channel),
        Column.Text<Share>("message", share => share.Message),
        Column.Text<Share>("locale", share => share.Locale),
        Column.Integer<Share>("state", share => (int)share.State),
        Column.Text<Share>("error", share => share.Error),
        Column.Bigint<Share>("clicks", share => share.Clicks),
        Column.Timestamptz<Share>("created_at", share => share.CreatedAt),
        Column.Timestamptz<Share>("settled_at", share => share.SettledAt),
        Column.Timestamptz<Share>("ended_at", share => share.EndedAt),
    ];

    /// <summary>One row a share.</summary>
    public static readonly StateTable<Share> Shares = new("shares", Key, Columns);

    // By a statement that knows its table: shares of a post are committed among its likes.
    private static readonly Statement<Share> Insert = new(
        "shares_add",
        """
        INSERT INTO shares (code, id, owner_id, post_id, merchant_id, channel, message, locale, state, error, clicks, created_at,
            settled_at, ended_at, version)
        SELECT code, id, owner_id, post_id, merchant_id, channel, message, locale, state, error, clicks, created_at,
            settled_at, ended_at, 1 FROM rows
        """,
        Expect.Any,
        [Key, .. Columns])
    {
        FencingConstraint = "shares_pkey",
        Table = "shares",
        Key = share => share.Id.GetHashCode(),
    };

    /// <summary>Adds a new share, and has it sent to its channel.</summary>
    public static void Add(Change change, Share share)
    {
        change.Add(Insert, share);
        if (share.State == ShareState.Pending)
            change.Enqueue(SendShare.Kind, new SendShare(share.Code), share.Id);
    }

    /// <summary>What happens to a share is in its row alone.</summary>
    public static void Write(Change change, ShareFact fact)
    {
        // The state row says it all.
    }
}
