using System.Text.Json.Nodes;
using StyleShare.Demo.Pictures;

namespace StyleShare.Demo;

/// <summary>Does what the plan says, so that doing it again adds nothing: what is there already is found and left alone.</summary>
/// <remarks>
/// A POST carries a key made from its number in the plan, which is good for a day. After that, an author's posts and a post's
/// comments are told by their order: they are made in the plan's order, and the first so many are those that are there.
/// </remarks>
internal sealed class Filling(Client client, Plan plan)
{
    private const int Workers = 16;

    // Three minutes, for a machine that has other things to do.
    private const int MaxLooks = 900;
    private static readonly TimeSpan TimeBetweenLooks = TimeSpan.FromMilliseconds(200);
    private readonly string[] _ids = new string[plan.People.Count];
    private readonly string[] _posts = new string[plan.Posts.Count];
    private readonly int[] _commented = new int[plan.Posts.Count];
    private readonly List<JsonNode>?[] _olderPosts = new List<JsonNode>?[plan.People.Count];
    private readonly bool[] _new = new bool[plan.People.Count];
    private readonly string?[] _photos = new string?[plan.Photos.Count];
    private readonly Gallery _gallery = new();
    private readonly ILookup<int, PlannedPhoto> _photosOf = plan.Photos.Where(photo => !photo.IsAvatar).ToLookup(photo => photo.Owner);

    public async Task Run()
    {
        await Each("people", plan.People, person => person.Number, SignUp);
        await Each("follows", plan.Follows, follow => follow.Follower, Follow);
        await Each("photos", plan.Photos, photo => photo.Owner, Upload);
        await Each("posts", plan.Posts, post => post.Author, Publish, window: 4 * Workers);
        await Each("likes", plan.Likes, like => like.Post, Like);
        await Each("comments", plan.Comments, comment => comment.Post, Comment);
        await Each("developed", [.. plan.Photos.Where(photo => _photos[photo.Number] is not null)], photo => photo.Number, Develop);
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

    // What a person's posts show already is not uploaded again.
    private async Task Upload(PlannedPhoto planned)
    {
        var owner = plan.People[planned.Owner];
        if (planned.Picture is { } number)
        {
            var posts = plan.Posts.Count(post => post.Author == planned.Owner);
            if ((await Older(owner)).Count < posts)
                _photos[planned.Number] = await client.Upload(owner, await _gallery.Picture(number), $"demo-photo-{planned.Number}");
        }
        else if ((await client.Send(HttpMethod.Get, "/v1/me", owner))!["avatar"] is null)
        {
            var face = await _gallery.Face(planned.Owner % Plan.FaceCount);
            var id = await client.Upload(owner, face, $"demo-photo-{planned.Number}");
            await client.Send(HttpMethod.Patch, "/v1/me", owner, new JsonObject { ["avatarPhotoId"] = id });
            _photos[planned.Number] = id;
        }
    }

    // Renditions are made by jobs, which take their time.
    private async Task Develop(PlannedPhoto planned)
    {
        var path = $"/v1/photos/{_photos[planned.Number]}";
        for (var asked = 0; asked < MaxLooks; asked++)
        {
            var photo = await client.Send(HttpMethod.Get, path, plan.People[planned.Owner]);
            if ((string?)photo!["state"] == "ready")
                return;
            if ((string?)photo["state"] == "rejected")
                throw new DemoException($"A photo was rejected: {photo["reason"]}.");
            await Task.Delay(TimeBetweenLooks);
        }

        throw new DemoException($"{path} does not become ready.");
    }

    private async Task<List<JsonNode>> Older(Person author) =>
        _olderPosts[author.Number] ??= _new[author.Number] ? [] : await OldestFirst(author);

    private async Task Publish(PlannedPost planned)
    {
        var author = plan.People[planned.Author];
        var older = await Older(author);
        JsonNode post;
        if (planned.OfAuthor < older.Count)
        {
            post = older[planned.OfAuthor];
            _commented[planned.Number] = (int)post["counts"]!["comments"]!;
        }
        else
        {
            var body = new JsonObject { ["caption"] = planned.Caption, ["photoIds"] = PhotoIds(planned) };
            post = (await client.Send(HttpMethod.Post, "/v1/posts", author, body, $"demo-post-{planned.Number}"))!;
        }
        _posts[planned.Number] = (string)post["id"]!;
    }

    private JsonArray PhotoIds(PlannedPost planned)
    {
        var mine = _photosOf[planned.Author].ToList();
        return [.. planned.Photos.Select(number => JsonValue.Create(_photos[mine[number].Number]))];
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

    // Things with the same key are done one after the other, in the plan's order; others may overtake them, but only within a
    // window, so that a feed is not full of the author who has most to say.
    private static async Task Each<T>(string what, IReadOnlyList<T> things, Func<T, int> key, Func<T, Task> work, int window = int.MaxValue)
    {
        var progress = new Progress(what, things.Count);
        foreach (var part in things.Chunk(window))
        {
            await Task.WhenAll(part.ToLookup(thing => key(thing) % Workers).Select(async lane =>
            {
                foreach (var thing in lane)
                {
                    await work(thing);
                    progress.Step();
                }
            }));
        }
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
