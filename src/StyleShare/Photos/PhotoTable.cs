using System.Text.Json;
using StyleShare.Jobs;
using StyleShare.Storage;

namespace StyleShare.Photos;

/// <summary>The tables of photos and pictures, and which rows each fact is.</summary>
/// <remarks>
/// Photos of one group may be uploads of one picture: its rows are put together in SQL, and pictures are locked in the order of
/// their contents, so that lanes wait for each other but never in a circle.
/// </remarks>
internal static class PhotoTable
{
    /// <summary>A picture is being removed, and nothing may be linked to it.</summary>
    public const string NotDeleting = "pictures_not_deleting";

    /// <summary>Something shows the photo; or nothing may, for it is gone.</summary>
    public const string InUse = "photo_uses_photo_id_fkey";

    /// <summary>One row a photo.</summary>
    public static readonly StateTable<Photo> Photos = new(
        "photos",
        Column.Uuid<Photo>("id", photo => photo.Id),
        Column.Uuid<Photo>("owner_id", photo => photo.OwnerId),
        Column.Integer<Photo>("state", photo => (int)photo.State),
        Column.Text<Photo>("reason", photo => photo.Reason),
        Column.Text<Photo>("content_type", photo => photo.ContentType),
        Column.Bigint<Photo>("bytes", photo => photo.Bytes),
        Column.Text<Photo>("sha256", photo => photo.Sha256),
        Column.Bytea<Photo>("content", photo => Bytes(photo.Content)),
        Column.Timestamptz<Photo>("created_at", photo => photo.CreatedAt));

    private static readonly Statement<Guid> AddUnused = new(
        "photos_unused_add",
        "INSERT INTO photos_unused (photo_id) SELECT photo_id FROM rows",
        Expect.Any,
        Column.Uuid<Guid>("photo_id", id => id))
    {
        Table = "photos_unused",
        Key = id => id.GetHashCode(),
    };

    private static readonly Statement<Guid> Delete = new(
        "photos_delete",
        "DELETE FROM photos USING rows WHERE photos.id = rows.id",
        Expect.EveryRow,
        Column.Uuid<Guid>("id", id => id))
    {
        Table = "photos",
        Key = id => id.GetHashCode(),
    };

    private static readonly Statement<string> AddUse = new(
        "pictures_link",
        """
        INSERT INTO pictures (content, uses) SELECT content, count(*) FROM rows GROUP BY content ORDER BY content
        ON CONFLICT (content) DO UPDATE SET uses = pictures.uses + excluded.uses
        """,
        Expect.Any,
        Column.Bytea<string>("content", Bytes))
    {
        Table = "pictures",
        Key = content => content.GetHashCode(StringComparison.Ordinal),
    };

    private static readonly Statement<string> TakeUse = new(
        "pictures_unlink",
        """
        UPDATE pictures SET uses = pictures.uses - given.uses
        FROM (
            SELECT held.content, (SELECT count(*) FROM rows WHERE rows.content = held.content) AS uses
            FROM (
                SELECT content FROM pictures WHERE content = ANY (ARRAY (SELECT content FROM rows)) ORDER BY content FOR UPDATE) AS held)
            AS given
        WHERE pictures.content = given.content
        """,
        Expect.Any,
        Column.Bytea<string>("content", Bytes))
    {
        Table = "pictures",
        Key = content => content.GetHashCode(StringComparison.Ordinal),
    };

    // Whoever rendered it first has said what it is; another one would say the same.
    private static readonly Statement<PhotoFact.BecameReady> Rendered = new(
        "pictures_rendered",
        """
        UPDATE pictures SET rendered_at = rows.rendered_at, width = rows.width, height = rows.height,
            placeholder = rows.placeholder, color = rows.color, sizes = rows.sizes
        FROM rows WHERE pictures.content = rows.content AND pictures.rendered_at IS NULL
        """,
        Expect.Any,
        Column.Bytea<PhotoFact.BecameReady>("content", fact => Bytes(fact.Content)),
        Column.Timestamptz<PhotoFact.BecameReady>("rendered_at", fact => fact.At),
        Column.Integer<PhotoFact.BecameReady>("width", fact => fact.Picture.Width),
        Column.Integer<PhotoFact.BecameReady>("height", fact => fact.Picture.Height),
        Column.Text<PhotoFact.BecameReady>("placeholder", fact => fact.Picture.Placeholder),
        Column.Text<PhotoFact.BecameReady>("color", fact => fact.Picture.Color),
        Column.Jsonb<PhotoFact.BecameReady>(
            "sizes", fact => JsonSerializer.Serialize(fact.Picture.Sizes, PhotoJson.Default.ImmutableArrayPhotoSize)))
    {
        Table = "pictures",
        Key = fact => fact.Content.GetHashCode(StringComparison.Ordinal),
    };

    /// <summary>Adds the rows of a fact to the change that makes it true, and what is to be done because of it.</summary>
    public static void Write(Change change, PhotoFact fact, PhotoOptions options)
    {
        switch (fact)
        {
            case PhotoFact.Announced announced:
                change.Add(AddUnused, announced.Id);
                break;
            case PhotoFact.Uploaded uploaded:
                change.Enqueue(RenderPhotoJob.Kind, new RenderPhoto(uploaded.Id), Guid.CreateVersion7(), KeyOf(uploaded.Id));
                break;
            case PhotoFact.Linked linked:
                change.Add(AddUse, linked.Content);
                break;
            case PhotoFact.Unlinked unlinked:
                change.Add(TakeUse, unlinked.Content);
                change.Enqueue(
                    RemovePictureJob.Kind, new RemovePicture(unlinked.Content), Guid.CreateVersion7(unlinked.At), unlinked.Content,
                    unlinked.At + options.RemovePictureAfter);
                break;
            case PhotoFact.BecameReady ready:
                change.Add(Rendered, ready);
                RemoveUpload(change, ready.Id, ready.At, options);
                break;
            case PhotoFact.Rejected rejected:
                RemoveUpload(change, rejected.Id, rejected.At, options);
                break;
            case PhotoFact.Removed removed:
                change.Add(Delete, removed.Id);
                if (removed.HasUpload)
                    RemoveUpload(change, removed.Id, removed.At, options);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "No rows are known for this fact.");
        }
    }

    // Once more when no signature is good any more: what a client sends behind the end is not to stay.
    private static void RemoveUpload(Change change, Guid photo, DateTimeOffset at, PhotoOptions options) => change.Enqueue(
        RemoveUploadJob.Kind, new RemoveUpload(photo), Guid.CreateVersion7(at), KeyOf(photo), at + options.RemoveUploadAfter);

    private static string KeyOf(Guid photo) => photo.ToString("N");

    private static byte[]? Bytes(string? content) => content is null ? null : Convert.FromHexString(content);
}
