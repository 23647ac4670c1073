using System.Collections.Immutable;
using System.Text.Json;
using StyleShare.Photos;
using StyleShare.Shares;
using StyleShare.Storage;

namespace StyleShare.Posts;

/// <summary>The tables of posts, and which rows each fact is.</summary>
internal static class PostTable
{
    /// <summary>One row a post; whoever writes another row of the post writes this one too, and is fenced by it.</summary>
    public static readonly StateTable<Post> Posts = new(
        "posts",
        Column.Uuid<Post>("id", post => post.Id),
        Column.Uuid<Post>("author_id", post => post.AuthorId),
        Column.Timestamptz<Post>("created_at", post => post.CreatedAt),
        Column.Timestamptz<Post>("edited_at", post => post.EditedAt),
        Column.Timestamptz<Post>("deleted_at", post => post.DeletedAt),
        Column.Bigint<Post>("likes", post => post.Likes),
        Column.Bigint<Post>("comments", post => post.Comments),
        Column.Bigint<Post>("shares", post => post.Shares),
        Column.Bigint<Post>("saves", post => post.Saves));

    private static readonly Statement<Post> PutContent = new(
        "post_contents_put",
        """
        INSERT INTO post_contents (post_id, caption, photo_ids, items, tags, mentions)
        SELECT post_id, caption, photo_ids, items, tags, mentions FROM rows
        ON CONFLICT (post_id) DO UPDATE SET caption = excluded.caption, photo_ids = excluded.photo_ids,
            items = excluded.items, tags = excluded.tags, mentions = excluded.mentions
        """,
        Expect.EveryRow,
        Column.Uuid<Post>("post_id", post => post.Id),
        Column.Text<Post>("caption", post => post.Content.Caption),
        Column.UuidArray<Post>("photo_ids", post => post.Content.PhotoIds),
        Column.Jsonb<Post>("items", post => ItemsToJson(post.Content.Items)),
        Column.TextArray<Post>("tags", post => post.Content.Tags),
        Column.TextArray<Post>("mentions", post => post.Content.Mentions))
    {
        Table = "post_contents",
        Key = post => post.Id.GetHashCode(),
    };

    private static readonly Statement<Guid> DropContent = new(
        "post_contents_drop",
        "DELETE FROM post_contents USING rows WHERE post_contents.post_id = rows.post_id",
        Expect.EveryRow,
        Column.Uuid<Guid>("post_id", id => id))
    {
        Table = "post_contents",
        Key = id => id.GetHashCode(),
    };

    // Rows that are added are not there yet, or the state was stale: a plain INSERT says so by the key, and costs a fifth less
    // than one that looks for conflicts.
    private static readonly Statement<PostTag> AddTag = new(
        "post_tags_add",
        "INSERT INTO post_tags (tag, post_id) SELECT tag, post_id FROM rows",
        Expect.Any,
        Column.Text<PostTag>("tag", row => row.Tag),
        Column.Uuid<PostTag>("post_id", row => row.PostId))
    {
        FencingConstraint = "post_tags_pkey",
        Table = "post_tags",
        Key = row => row.GetHashCode(),
    };

    private static readonly Statement<PostTag> DropTag = new(
        "post_tags_drop",
        "DELETE FROM post_tags USING rows WHERE post_tags.tag = rows.tag AND post_tags.post_id = rows.post_id",
        Expect.EveryRow,
        Column.Text<PostTag>("tag", row => row.Tag),
        Column.Uuid<PostTag>("post_id", row => row.PostId))
    {
        Table = "post_tags",
        Key = row => row.GetHashCode(),
    };

    private static readonly Statement<PostFact.Published> AddToLog = new(
        "post_log_add",
        "INSERT INTO post_log (post_id, author_id) SELECT post_id, author_id FROM rows",
        Expect.Any,
        Column.Uuid<PostFact.Published>("post_id", fact => fact.Post.Id),
        Column.Uuid<PostFact.Published>("author_id", fact => fact.Post.AuthorId))
    {
        Table = "post_log",
        Key = fact => fact.Post.Id.GetHashCode(),
    };

    private static readonly Statement<PostFact.Liked> AddLike = new(
        "likes_add",
        "INSERT INTO likes (post_id, user_id, created_at) SELECT post_id, user_id, created_at FROM rows",
        Expect.Any,
        Column.Uuid<PostFact.Liked>("post_id", fact => fact.PostId),
        Column.Uuid<PostFact.Liked>("user_id", fact => fact.UserId),
        Column.Timestamptz<PostFact.Liked>("created_at", fact => fact.At))
    {
        FencingConstraint = "likes_pkey",
        Table = "likes",
        Key = fact => HashCode.Combine(fact.PostId, fact.UserId),
    };

    private static readonly Statement<PostFact.Unliked> DropLike = new(
        "likes_drop",
        "DELETE FROM likes USING rows WHERE likes.user_id = rows.user_id AND likes.post_id = rows.post_id",
        Expect.EveryRow,
        Column.Uuid<PostFact.Unliked>("post_id", fact => fact.PostId),
        Column.Uuid<PostFact.Unliked>("user_id", fact => fact.UserId))
    {
        Table = "likes",
        Key = fact => HashCode.Combine(fact.PostId, fact.UserId),
    };

    private static readonly Statement<PostFact.Saved> AddSave = new(
        "saves_add",
        "INSERT INTO saves (post_id, user_id, created_at) SELECT post_id, user_id, created_at FROM rows",
        Expect.Any,
        Column.Uuid<PostFact.Saved>("post_id", fact => fact.PostId),
        Column.Uuid<PostFact.Saved>("user_id", fact => fact.UserId),
        Column.Timestamptz<PostFact.Saved>("created_at", fact => fact.At))
    {
        FencingConstraint = "saves_pkey",
        Table = "saves",
        Key = fact => HashCode.Combine(fact.PostId, fact.UserId),
    };

    private static readonly Statement<PostFact.Unsaved> DropSave = new(
        "saves_drop",
        "DELETE FROM saves USING rows WHERE saves.post_id = rows.post_id AND saves.user_id = rows.user_id",
        Expect.EveryRow,
        Column.Uuid<PostFact.Unsaved>("post_id", fact => fact.PostId),
        Column.Uuid<PostFact.Unsaved>("user_id", fact => fact.UserId))
    {
        Table = "saves",
        Key = fact => HashCode.Combine(fact.PostId, fact.UserId),
    };

    private static readonly Statement<Comment> AddComment = new(
        "comments_add",
        """
        INSERT INTO comments (id, post_id, author_id, text, created_at)
        SELECT id, post_id, author_id, text, created_at FROM rows
        """,
        Expect.Any,
        Column.Uuid<Comment>("id", comment => comment.Id),
        Column.Uuid<Comment>("post_id", comment => comment.PostId),
        Column.Uuid<Comment>("author_id", comment => comment.AuthorId),
        Column.Text<Comment>("text", comment => comment.Text),
        Column.Timestamptz<Comment>("created_at", comment => comment.CreatedAt))
    {
        Table = "comments",
        Key = comment => comment.Id.GetHashCode(),
    };

    // The text goes at once; the row stays, so that the list's keys and the operators' view of a report stay whole.
    private static readonly Statement<PostFact.CommentDeleted> DeleteComment = new(
        "comments_delete",
        """
        UPDATE comments SET deleted_at = rows.deleted_at, text = ''
        FROM rows WHERE comments.id = rows.id AND comments.deleted_at IS NULL
        """,
        Expect.EveryRow,
        Column.Uuid<PostFact.CommentDeleted>("id", fact => fact.Comment.Id),
        Column.Timestamptz<PostFact.CommentDeleted>("deleted_at", fact => fact.At))
    {
        Table = "comments",
        Key = fact => fact.Comment.Id.GetHashCode(),
    };

    /// <summary>Adds the rows of a fact to the change that makes it true, and raises what others are to learn of it.</summary>
    public static void Write(Change change, PostFact fact)
    {
        switch (fact)
        {
            case PostFact.Liked liked:
                change.Add(AddLike, liked);
                break;
            case PostFact.Unliked unliked:
                change.Add(DropLike, unliked);
                break;
            case PostFact.Saved saved:
                change.Add(AddSave, saved);
                break;
            case PostFact.Unsaved unsaved:
                change.Add(DropSave, unsaved);
                break;
            case PostFact.Shared shared:
                ShareTable.Add(change, shared.Share);
                break;
            case PostFact.Commented commented:
                change.Add(AddComment, commented.Comment);
                break;
            case PostFact.CommentDeleted deleted:
                change.Add(DeleteComment, deleted);
                break;
            case PostFact.Published published:
                change.Add(PutContent, published.Post);
                change.Add(AddToLog, published);
                WriteTags(change, published.Post.Id, [], published.Post.Content.Tags);
                WritePhotos(change, published.Post.Id, [], published.Post.Content.PhotoIds);
                break;
            case PostFact.Edited edited:
                change.Add(PutContent, edited.Post);
                WriteTags(change, edited.Post.Id, edited.Before.Tags, edited.Post.Content.Tags);
                WritePhotos(change, edited.Post.Id, edited.Before.PhotoIds, edited.Post.Content.PhotoIds);
                break;
            case PostFact.Deleted deleted:
                change.Add(DropContent, deleted.Post.Id);
                WriteTags(change, deleted.Post.Id, deleted.Before.Tags, []);
                WritePhotos(change, deleted.Post.Id, deleted.Before.PhotoIds, []);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "No rows are known for this fact.");
        }

        PostActivities.Raise(change, fact);
    }

    /// <summary>Items as they are in the column <c>items</c>.</summary>
    public static ImmutableArray<PostItem> ItemsFromJson(string json) =>
        JsonSerializer.Deserialize(json, PostJson.Default.ImmutableArrayPostItem);

    private static string ItemsToJson(ImmutableArray<PostItem> items) =>
        items.IsEmpty ? "[]" : JsonSerializer.Serialize(items, PostJson.Default.ImmutableArrayPostItem);

    private static void WriteTags(Change change, Guid post, ImmutableArray<string> before, ImmutableArray<string> after)
    {
        foreach (var tag in before)
        {
            if (!after.Contains(tag))
                change.Add(DropTag, new(tag, post));
        }

        foreach (var tag in after)
        {
            if (!before.Contains(tag))
                change.Add(AddTag, new(tag, post));
        }
    }

    private static void WritePhotos(Change change, Guid post, ImmutableArray<Guid> before, ImmutableArray<Guid> after)
    {
        PhotoUses.Hide(change, before.RemoveRange(after), PhotoUseKind.Post, post);
        foreach (var photo in after)
        {
            if (!before.Contains(photo))
                PhotoUses.Show(change, photo, PhotoUseKind.Post, post);
        }
    }

    private readonly record struct PostTag(string Tag, Guid PostId);
}
