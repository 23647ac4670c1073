using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>One person and their app: does one thing after the other, at random, until there is an end to it.</summary>
internal sealed class Person(Town town, Caller caller)
{
    private static readonly object Program = new
    {
        earnBps = 1_000,
        sharePoolBps = 500,
        shareSplit = new[] { 70, 20, 10 },
        unclaimedShare = "merchant",
        expiryDays = 365,
        minRedeem = 1,
        active = true,
    };

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"person{caller.Number}");
    private readonly Dictionary<string, Switch> _switches = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> _links = [];
    private readonly List<(Guid Post, Guid Comment)> _comments = [];
    private Shopping? _shopping;
    private int _things;

    private Random Random => caller.Random;

    public Caller Caller => caller;

    public Guid Id { get; private set; }

    /// <summary>Goes on until there is an end to it; what is begun is done to its end.</summary>
    public async Task Go(CancellationToken end)
    {
        caller.MayGiveUp = true;
        while (!end.IsCancellationRequested)
        {
            await One();
            await Task.Delay(Random.Next(30), CancellationToken.None);
        }
    }

    public Task SignUp() => SignUp(_name);

    public async Task SignUp(string handle)
    {
        var account = await Account(handle);
        (Id, caller.Token) = (account!["user"]!.Id(), account["accessToken"]!.GetValue<string>());
        _shopping = new(town, caller, Id);
    }

    public async Task<TownShop> OpenShop(string name)
    {
        var opened = await caller.Want(
            new("shop", name, ""), Call.Post("/v1/merchants", new { name, currency = "KRW", program = Program }));
        return TownShop.Of(opened.Answer!);
    }

    public async Task ShareShops()
    {
        foreach (var shop in town.ShopsThere)
        {
            var shared = await caller.Want(
                new("share", $"{Id} {shop.Id}", ""), Call.Post("/v1/shares", new { merchantId = shop.Id, channel = "link" }));
            _links[shop.Id] = shared.Answer!["code"]!.GetValue<string>();
        }
    }

    /// <summary>The link through which others come to a shop.</summary>
    public string LinkTo(TownShop shop) => _links[shop.Id];

    private Task One() => Random.Next(100) switch
    {
        < 30 => Like(),
        < 45 => Comment(),
        < 50 => DeleteComment(),
        < 58 => Publish(),
        < 65 => Follow(),
        < 66 => SendPhoto(),
        < 68 => Bring(),
        _ => _shopping!.One(),
    };

    // Of one who was seen to like a post, but by nobody who told, it stays so: else nobody could say what is right.
    private async Task Turn(string kind, string subject, string path)
    {
        var now = _switches.GetValueOrDefault(subject);
        if (now.IsStuck)
            return;
        var told = await caller.Want(new(kind, subject, now.IsOn ? "off" : "on"), now.IsOn ? Call.Delete(path) : Call.Put(path));
        _switches[subject] = new(told.IsDone ? !now.IsOn : now.IsOn, told.Intent.IsAmbiguous);
    }

    private Task Like() => town.AnyPost(Random) is { } post
        ? Turn("like", $"{post} {Id}", $"/v1/posts/{post}/like")
        : Task.CompletedTask;

    private Task Follow()
    {
        var other = town.People[Random.Next(town.People.Count)].Id;
        return other == Id ? Task.CompletedTask : Turn("follow", $"{Id} {other}", $"/v1/users/{other}/follow");
    }

    private async Task Publish()
    {
        var caption = Marker("post");
        var told = await caller.Want(
            new("post", caption, $"{Id}"), Call.Post("/v1/posts", new { caption }), post => (post.Text("id"), post["author"]!.Text("id")));
        if (told.IsDone)
            town.Published(told.Answer!.Id());
    }

    private async Task Comment()
    {
        if (town.AnyPost(Random) is not { } post)
            return;
        var text = Marker("comment");
        var told = await caller.Want(
            new("comment", text, $"{post} {Id}"),
            Call.Post($"/v1/posts/{post}/comments", new { text }),
            comment => (comment.Text("id"), $"{comment.Text("postId")} {comment["author"]!.Text("id")}"));
        if (told.IsDone)
            _comments.Add((post, told.Answer!.Id()));
    }

    private async Task DeleteComment()
    {
        if (_comments.Count == 0)
            return;
        var at = Random.Next(_comments.Count);
        var comment = _comments[at].Comment;
        _comments.RemoveAt(at);
        // A second DELETE of what the first one deleted finds nothing, and the first one may be the one whose answer was lost.
        await caller.Want(
            new("comment-deletion", $"{comment}", "on"), Call.Delete($"/v1/comments/{comment}"), already: "comment_not_found");
    }

    // Somebody new, who is not seen again.
    private Task Bring() => Account(string.Create(CultureInfo.InvariantCulture, $"guest{caller.Number}.{++_things}"));

    private async Task<JsonNode?> Account(string handle)
    {
        var email = handle + "@example.com";
        var told = await caller.Want(
            new("account", handle, email),
            Call.Post("/v1/accounts", new { handle, email, password = "correct horse battery", displayName = handle }),
            account => (account["user"]!.Text("id"), null));
        return told.Answer;
    }

    private async Task SendPhoto()
    {
        var bytes = DrawnPicture.Png(64, 48, seed: (caller.Number * 100_000) + ++_things);
        var announced = await caller.Want(
            new("announcement", Marker("photo"), ""), Call.Post("/v1/photos", new { contentType = "image/png", bytes = bytes.Length }));
        if (!announced.IsDone)
            return;
        var photo = announced.Answer!["photo"]!.Id();
        var upload = new Uri(announced.Answer["upload"]!.Text("url"), UriKind.RelativeOrAbsolute);
        var path = upload.IsAbsoluteUri ? upload.PathAndQuery : upload.OriginalString;
        if ((await caller.Want(new("upload", $"{photo}", ""), Call.Put(path) with { Bytes = bytes })).IsDone)
            await caller.Want(new("photo", $"{photo}", "ready"), Call.Post($"/v1/photos/{photo}/complete", new { }));
    }

    private string Marker(string what) => string.Create(CultureInfo.InvariantCulture, $"{what} {++_things} of {_name}");

    private readonly record struct Switch(bool IsOn, bool IsStuck);
}
