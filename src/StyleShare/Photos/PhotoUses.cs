using StyleShare.Jobs;
using StyleShare.Storage;

namespace StyleShare.Photos;

/// <summary>What can show a photo. The numbers are stored.</summary>
public enum PhotoUseKind
{
    /// <summary>A post.</summary>
    Post = 1,

    /// <summary>A person, as their avatar.</summary>
    Avatar = 2,
}

/// <summary>Says in a change that something shows a photo, or no longer does; whoever shows it does so in the change that makes it true.</summary>
public static class PhotoUses
{
    /// <summary>The constraint that refuses a change which shows a photo that is gone.</summary>
    public const string Gone = PhotoTable.InUse;

    private static readonly Statement<Use> Add = new(
        "photo_uses_add",
        "INSERT INTO photo_uses (photo_id, kind, subject) SELECT photo_id, kind, subject FROM rows ON CONFLICT DO NOTHING",
        Expect.Any,
        Column.Uuid<Use>("photo_id", use => use.Photo),
        Column.Integer<Use>("kind", use => (int)use.Kind),
        Column.Uuid<Use>("subject", use => use.Subject))
    {
        Table = "photo_uses",
        Key = use => use.GetHashCode(),
    };

    private static readonly Statement<Use> Drop = new(
        "photo_uses_drop",
        """
        DELETE FROM photo_uses USING rows
        WHERE photo_uses.photo_id = rows.photo_id AND photo_uses.kind = rows.kind AND photo_uses.subject = rows.subject
        """,
        Expect.Any,
        Column.Uuid<Use>("photo_id", use => use.Photo),
        Column.Integer<Use>("kind", use => (int)use.Kind),
        Column.Uuid<Use>("subject", use => use.Subject))
    {
        Table = "photo_uses",
        Key = use => use.GetHashCode(),
    };

    private static readonly Statement<Guid> DropUnused = new(
        "photos_unused_drop",
        "DELETE FROM photos_unused USING rows WHERE photos_unused.photo_id = rows.photo_id",
        Expect.Any,
        Column.Uuid<Guid>("photo_id", photo => photo))
    {
        Table = "photos_unused",
        Key = photo => photo.GetHashCode(),
    };

    /// <summary>Something shows a photo.</summary>
    public static void Show(Change change, Guid photo, PhotoUseKind kind, Guid subject)
    {
        change.Add(Add, new(photo, kind, subject));
        change.Add(DropUnused, photo);
    }

    /// <summary>Something shows these photos no longer; those that nothing else shows are removed.</summary>
    public static void Hide(Change change, IReadOnlyCollection<Guid> photos, PhotoUseKind kind, Guid subject)
    {
        if (photos.Count == 0)
            return;
        foreach (var photo in photos)
            change.Add(Drop, new(photo, kind, subject));
        change.Enqueue(RemovePhotosJob.Kind, new RemovePhotos([.. photos]), Guid.CreateVersion7());
    }

    private readonly record struct Use(Guid Photo, PhotoUseKind Kind, Guid Subject);
}
