using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.Posts;

/// <summary>How posts are written as JSON: in the database, and as answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<PostItem>))]
[JsonSerializable(typeof(PublishedPost))]
[JsonSerializable(typeof(CommentView))]
[JsonSerializable(typeof(List<PostActivity>))]
[JsonSerializable(typeof(List<MentionActivity>))]
public sealed partial class PostJson : JsonSerializerContext;
