using System.Collections.Immutable;
using Npgsql;
using Orleans.Streams.Core;
using StyleShare.Accounts;
using StyleShare.Posts;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Notifications;

/// <summary>Passes mentions on a post to those who are meant. Its key is the post's id; nobody calls it but the stream.</summary>
internal interface IMentionGrain : IGrainWithGuidKey;

/// <summary>Looks up who has the handles: here and not where the comment is written, for who writes need not wait for it.</summary>
[ImplicitStreamSubscription(PostActivities.MentionNamespace)]
internal sealed class MentionGrain : Grain, IMentionGrain, IStreamSubscriptionObserver
{
    private const string Consumer = "mentions";
    private readonly MentionStore _store;
    private readonly ICommitter _committer;
    private readonly DurableConsumer _consumer;

    public MentionGrain(MentionStore store, ICommitter committer, DurableConsumers consumers)
    {
        (_store, _committer) = (store, committer);
        _consumer = consumers.Of(Consumer, (_, raised) => Handle(raised));
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => _consumer.Resume(handleFactory);

    private async Task Handle(StreamEvent raised)
    {
        var change = new Change();
        foreach (var activity in raised.Read(PostJson.Default.ListMentionActivity))
        {
            if (activity.PostDeleted)
                await PassDeletion(change, activity);
            await Pass(change, activity, activity.Added, PostActivityKind.Mentioned);
            await Pass(change, activity, activity.Removed, PostActivityKind.Unmentioned);
        }

        if (change.Rows == 0)
            return;
        change.Handled(Consumer, raised.Id);
        await _committer.Commit(change);
    }

    private async Task Pass(Change change, MentionActivity activity, ImmutableArray<string> handles, PostActivityKind kind)
    {
        foreach (var handle in handles)
        {
            var owner = await GrainFactory.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(handle)).Owner();

            // Oneself is no news; and whose post it is learns of the comment as such.
            if (owner is { } person && person != activity.Actor && !(activity.Comment is not null && person == activity.PostAuthor))
                PostActivities.Raise(change, person, new(kind, activity.Post, activity.Actor, activity.Comment, activity.At));
        }
    }

    private async Task PassDeletion(Change change, MentionActivity activity)
    {
        foreach (var person in await _store.WhoWasTold(activity.Post))
        {
            if (person != activity.PostAuthor)
                PostActivities.Raise(change, person, new(PostActivityKind.PostDeleted, activity.Post, activity.Actor, null, activity.At));
        }
    }
}

/// <summary>Finds whom mentions were passed to.</summary>
internal sealed class MentionStore(NpgsqlDataSource database)
{
    // A change takes 20,000 rows; a post that mentions more people than this leaves lines that lists leave out by themselves.
    private const int Most = 10_000;

    /// <summary>Who has a line about a mention on the post.</summary>
    public async Task<IReadOnlyList<Guid>> WhoWasTold(Guid post)
    {
        await using var command = database.CreateCommand(
            $"SELECT DISTINCT user_id FROM notifications WHERE post_id = $1 AND kind = 3 AND count > 0 LIMIT {Most}");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post });
        await using var reader = await command.ExecuteReaderAsync();
        var people = new List<Guid>();
        while (await reader.ReadAsync())
            people.Add(reader.GetGuid(0));
        return people;
    }
}
