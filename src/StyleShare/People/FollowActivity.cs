using System.Text.Json.Serialization;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>Somebody follows a person, or does so no longer. Raised on a stream in the change that makes it true.</summary>
/// <param name="Follower">Who.</param>
/// <param name="Follows">Whether they follow now.</param>
public sealed record FollowActivity(Guid Follower, bool Follows, DateTimeOffset At)
{
    /// <summary>Streams of these, a JSON array an event; the key is the followed person's id in the form <c>N</c>.</summary>
    public const string Namespace = "follow-activity";

    internal static void Raise(Change change, UserFact fact)
    {
        if (fact.Kind is UserFactKind.Followed or UserFactKind.Unfollowed)
        {
            change.RaiseTogether(
                Namespace,
                fact.Followee.ToString("N"),
                fact.At,
                new FollowActivity(fact.Follower, fact.Kind == UserFactKind.Followed, fact.At),
                PeopleJson.Default.ListFollowActivity);
        }
    }
}

/// <summary>How what people do is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<FollowActivity>))]
public sealed partial class PeopleJson : JsonSerializerContext;
