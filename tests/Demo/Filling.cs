using System.Text.Json.Nodes;

namespace StyleShare.Demo;

/// <summary>Does what the plan says, so that doing it again adds nothing: what is there already is found and left alone.</summary>
/// <remarks>
/// A POST carries a key made from its number in the plan, which is good for a day. After that, an author's posts and a post's
/// comments are told by their order: they are made in the plan's order, and the first so many are those that are there.
/// </remarks>
internal sealed class Filling(Client client, Plan plan)
{
    private const int Workers = 16;
    private readonly string[] _ids = new string[plan.People.Count];
    private readonly string[] _posts = new string[plan.Posts.Count];
    private readonly int[] _commented = new int[plan.Posts.Count];
    private readonly List<JsonNode>?[] _olderPosts = new List<JsonNode>?[plan.People.Count];
    private readonly bool[] _new = new bool[plan.People.Count];

    public async Task Run()
    {
        await Each("people", plan.People, person => person.Number, SignUp);
        await Each("follows", plan.Follows, follow => follow.Follower, Follow);
        await Each("posts", plan.Posts, post => post.Author, Publish);
        await Each("likes", plan.Likes, like => like.Post, Like);
        await Each("comments", plan.Comments, comment => comment.Post, Comment);
        Say();
    }

    private async Task SignUp(Person person)
    {
        (_ids[person.Number], _new[person.Number]) = await client.SignUp(person);
        if (_new[person.Number] && person.Bio.Length > 0)
            await client.Send(HttpMethod.Patch, "/v1/me", person, new JsonObject { ["bio"] = person.Bio });
    }

    private Task Follow((int Follower, int Followed) follow) =>
        client.Send(HttpMethod.Put, $"/v1/users/{_ids[follow.Followed]}/follow", plan.People[follow.Follower]);

    private async Task Publish(PlannedPost planned)
    {
        var author = plan.People[planned.Author];
        var older = _olderPosts[planned.Author] ??= _new[planned.Author] ? [] : await OldestFirst(author);
        JsonNode post;
        if (planned.OfAuthor < older.Count)
        {
            post = older[planned.OfAuthor];
            _commented[planned.Number] = (int)post["counts"]!["comments"]!;
        }
        else
        {
            var body = new JsonObject { ["caption"] = planned.Caption, ["photoIds"] = new JsonArray() };
            post = (await client.Send(HttpMethod.Post, "/v1/posts", author, body, $"demo-post-{planned.Number}"))!;
        }
        _posts[planned.Number] = (string)post["id"]!;
    }

    private async Task<List<JsonNode>> OldestFirst(Person author)
    {
        var posts = new List<JsonNode>();
        var path = $"/v1/users/{_ids[author.Number]}/posts?limit=100";
        for (string? cursor = ""; cursor is not null;)
        {
            var from = cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await client.Send(HttpMethod.Get, path + from, author);
            posts.AddRange(page!["items"]!.AsArray().Select(post => post!));
            cursor = (string?)page["next"];
        }
        posts.Reverse();
        return posts;
    }

    private Task Like((int User, int Post) like) =>
        client.Send(HttpMethod.Put, $"/v1/posts/{_posts[like.Post]}/like", plan.People[like.User]);

    private async Task Comment(PlannedComment comment)
    {
        if (comment.OfPost < _commented[comment.Post])
            return;
        await client.Send(
            HttpMethod.Post,
            $"/v1/posts/{_posts[comment.Post]}/comments",
            plan.People[comment.Author],
            new JsonObject { ["text"] = comment.Text },
            $"demo-comment-{comment.Number}");
    }

    // Things with the same key are done one after the other, in the plan's order.
    private static async Task Each<T>(string what, IReadOnlyList<T> things, Func<T, int> key, Func<T, Task> work)
    {
        var progress = new Progress(what, things.Count);
        var lanes = things.ToLookup(thing => key(thing) % Workers);
        await Task.WhenAll(lanes.Select(async lane =>
        {
            foreach (var thing in lane)
            {
                await work(thing);
                progress.Step();
            }
        }));
    }

    private void Say()
    {
        var korean = plan.People[0];
        var english = plan.People.First(person => !person.Korean);
        Console.WriteLine();
        Console.WriteLine($"Log in as {korean.Handle} ({korean.DisplayName}) or {english.Handle} ({english.DisplayName}), "
            + $"or as anyone else here; the password of all is: {Client.Password}");
    }
}
