using StyleShare.Storage;

namespace StyleShare.Shares;

/// <summary>A first touch, and the version that was read: 0 if there was no row.</summary>
internal sealed record TouchRow(FirstTouch Touch, long Version);

/// <summary>The table of first touches. Each row is one grain's, and fenced by its version.</summary>
internal static class ReferralTable
{
    private static readonly Column<TouchRow>[] Columns =
    [
        Column.Uuid<TouchRow>("merchant_id", row => row.Touch.MerchantId),
        Column.Uuid<TouchRow>("user_id", row => row.Touch.UserId),
        Column.Uuid<TouchRow>("through_id", row => row.Touch.ThroughId),
        Column.Uuid<TouchRow>("share_id", row => row.Touch.ShareId),
        Column.Timestamptz<TouchRow>("touched_at", row => row.Touch.At),
        Column.Bigint<TouchRow>("version", row => row.Version),
    ];

    private static readonly Statement<TouchRow> Insert = new(
        "first_touches_insert",
        """
        INSERT INTO first_touches (merchant_id, user_id, through_id, share_id, touched_at, version)
        SELECT merchant_id, user_id, through_id, share_id, touched_at, version + 1 FROM rows
        """,
        Expect.Any,
        Columns)
    {
        FencingConstraint = "first_touches_pkey",
    };

    private static readonly Statement<TouchRow> Update = new(
        "first_touches_update",
        """
        UPDATE first_touches
        SET through_id = rows.through_id, share_id = rows.share_id, touched_at = rows.touched_at, version = rows.version + 1
        FROM rows WHERE first_touches.merchant_id = rows.merchant_id AND first_touches.user_id = rows.user_id
            AND first_touches.version = rows.version
        """,
        Expect.EveryRow,
        Columns);

    private static readonly Statement<TouchRow> Delete = new(
        "first_touches_delete",
        """
        DELETE FROM first_touches USING rows
        WHERE first_touches.merchant_id = rows.merchant_id AND first_touches.user_id = rows.user_id
            AND first_touches.version = rows.version
        """,
        Expect.EveryRow,
        Columns);

    /// <summary>Writes a touch over what was read.</summary>
    public static void Put(Change change, TouchRow row) => change.Add(row.Version == 0 ? Insert : Update, row);

    /// <summary>Deletes what was read.</summary>
    public static void Drop(Change change, TouchRow row) => change.Add(Delete, row);
}
