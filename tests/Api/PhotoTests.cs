using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

/// <summary>Photos as an app uploads and sees them: over HTTP, with workers that render.</summary>
public sealed class PhotoTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static int Seeds = 1_000;

    [Fact]
    public async Task A_photo_is_uploaded_rendered_and_shown_in_a_post_and_a_feed()
    {
        var mina = await host.Somebody();
        var bytes = NewPicture(1_600, 1_200);
        var announced = await mina.Announce(bytes.Length, Convert.ToHexString(SHA256.HashData(bytes)));
        Assert.Equal("""{"state":"awaitingUpload","width":null,"renditions":[]}""", Shape(announced["photo"]!, "state", "width", "renditions"));
        Assert.Equal("PUT", announced["upload"]!["method"]!.GetValue<string>());
        var id = announced.PhotoId();
        (await mina.Client.Post($"/v1/photos/{id}/complete", new { })).Problem(409, "not_uploaded");
        Assert.InRange(await announced.Send(bytes), 200, 204);

        var completed = await mina.Client.Post($"/v1/photos/{id}/complete", new { });
        Assert.Equal(202, completed.Status);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{id}/complete", new { })).Status);
        var photo = await mina.Final(id);
        Assert.Equal("""{"state":"ready","width":1600,"height":1200}""", Shape(photo, "state", "width", "height"));
        Assert.False(photo.AsObject().ContainsKey("reason"));
        Assert.Matches("^#[0-9a-f]{6}$", photo["color"]!.GetValue<string>());
        Assert.NotEmpty(Convert.FromBase64String(photo["placeholder"]!.GetValue<string>()));
        Assert.Equal(
            ["large 1080x810 image/jpeg", "large 1080x810 image/webp", "medium 640x480 image/jpeg", "medium 640x480 image/webp",
                "small 320x240 image/jpeg", "small 320x240 image/webp", "square 150x150 image/jpeg", "square 150x150 image/webp"],
            photo["renditions"]!.AsArray().Select(each => $"{each!["name"]} {each["width"]}x{each["height"]} {each["contentType"]}"));
        await EveryoneReads(photo);

        var post = await mina.Client.Post("/v1/posts", new { caption = "With a photo", photoIds = new[] { id } });
        Assert.Equal(photo.ToJsonString(), post.Json["photos"]![0]!.ToJsonString());
        var feed = await mina.Client.Get("/v1/feed");
        Assert.Equal(photo.ToJsonString(), feed.Items[0]!["photos"]![0]!.ToJsonString());
        await Until(async () => await Objects.Head($"uploads/{Guid.Parse(id):N}") is null);
    }

    [Fact]
    public async Task A_post_that_is_made_before_its_photo_is_ready_shows_it_later_with_another_ETag()
    {
        var mina = await host.Somebody();
        var bytes = NewPicture(400, 300);
        var announced = await mina.Announce(bytes.Length);
        var post = "/v1/posts/" + (await mina.Client.Post("/v1/posts", new { photoIds = new[] { announced.PhotoId() } })).Json["id"];
        var before = await mina.Client.Get(post);
        Assert.Equal("awaitingUpload", before.Json["photos"]![0]!["state"]!.GetValue<string>());
        Assert.InRange(await announced.Send(bytes), 200, 204);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{announced.PhotoId()}/complete", new { })).Status);
        await Until(async () => (await mina.Client.Get(post)).Json["photos"]![0]!["state"]!.GetValue<string>() == "ready");

        var after = await mina.Client.Get(post, ("If-None-Match", before.Headers["ETag"]));
        Assert.Equal(200, after.Status);
        Assert.NotEqual(before.Headers["ETag"], after.Headers["ETag"]);
        Assert.Equal(304, (await mina.Client.Get(post, ("If-None-Match", after.Headers["ETag"]))).Status);
        // What its author wrote is what it was: an edit based on the page of before undoes nothing.
        Assert.Equal(200, (await mina.Client.Patch(post, """{"caption":"edited"}""", ("If-Match", before.Headers["ETag"]))).Status);
    }

    [Fact]
    public async Task Only_the_owner_sees_and_completes_a_photo()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var id = (await mina.Announce(100)).PhotoId();
        (await juno.Client.Get("/v1/photos/" + id)).Problem(404, "photo_not_found");
        (await juno.Client.Get($"/v1/photos/{id}/events")).Problem(404, "photo_not_found");
        (await juno.Client.Post($"/v1/photos/{id}/complete", new { })).Problem(404, "photo_not_found");
        (await juno.Client.Post("/v1/posts", new { photoIds = new[] { id } })).Problem(422, "unknown_photo");
        (await juno.Client.Patch("/v1/me", $$"""{"avatarPhotoId":"{{id}}"}""")).Problem(422, "unknown_photo");
        (await mina.Client.Get("/v1/photos/" + Guid.NewGuid())).Problem(404, "photo_not_found");
        (await mina.Client.Post($"/v1/photos/{Guid.NewGuid()}/complete", new { })).Problem(404, "photo_not_found");
        (await host.Anonymous().Get("/v1/photos/" + id)).Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task What_cannot_be_a_photo_is_not_announced()
    {
        var mina = await host.Somebody();
        (await mina.Client.Post("/v1/photos", new { contentType = "image/jpeg", bytes = 0 })).Wrong("bytes");
        (await mina.Client.Post("/v1/photos", new { contentType = "image/jpeg", bytes = 20 * 1024 * 1024 + 1 })).Wrong("bytes");
        (await mina.Client.Post("/v1/photos", new { contentType = "image/jpeg" })).Wrong("bytes");
        (await mina.Client.Post("/v1/photos", new { contentType = "text/html", bytes = 10 })).Wrong("contentType");
        (await mina.Client.Post("/v1/photos", new { bytes = 10 })).Wrong("contentType");
        (await mina.Client.Post("/v1/photos", new { contentType = "image/jpeg", bytes = 10, sha256 = "abc" })).Wrong("sha256");
    }

    [Fact]
    public async Task Only_as_many_bytes_as_were_announced_are_taken()
    {
        var mina = await host.Somebody();
        var bytes = NewPicture(40, 30);
        var announced = await mina.Announce(bytes.Length);
        Assert.InRange(await announced.Send([.. bytes, 0]), 400, 499);
        Assert.InRange(await announced.Send(bytes[..^1]), 400, 499);
        Assert.InRange(await announced.Send([]), 400, 499);
        (await mina.Client.Post($"/v1/photos/{announced.PhotoId()}/complete", new { })).Problem(409, "not_uploaded");
        Assert.InRange(await announced.Send(bytes), 200, 204);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{announced.PhotoId()}/complete", new { })).Status);
        Assert.Equal("ready", (await mina.Final(announced.PhotoId()))["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script></html>", "not_an_image")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format")]
    [InlineData("%PDF-1.7 and nothing more", "not_an_image")]
    public async Task What_is_no_photo_is_rejected_and_nothing_of_it_is_kept(string text, string reason)
    {
        var mina = await host.Somebody();
        var id = await mina.Upload(Encoding.UTF8.GetBytes(text));
        var photo = await mina.Final(id);
        Assert.Equal("rejected", photo["state"]!.GetValue<string>());
        Assert.Equal(reason, photo["reason"]!.GetValue<string>());
        Assert.Empty(photo["renditions"]!.AsArray());
        (await mina.Client.Post("/v1/posts", new { photoIds = new[] { id } })).Problem(422, "photo_rejected");
        await Until(async () => await Objects.Head($"uploads/{Guid.Parse(id):N}") is null);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{id}/complete", new { })).Status);
    }

    [Fact]
    public async Task Bytes_that_do_not_hash_to_what_was_announced_are_rejected_and_deleted()
    {
        var mina = await host.Somebody();
        var (bytes, other) = (NewPicture(40, 30), NewPicture(40, 30));
        var announced = await mina.Announce(bytes.Length, Convert.ToHexString(SHA256.HashData(other)));
        var id = announced.PhotoId();
        Assert.InRange(await announced.Send(bytes), 200, 204);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{id}/complete", new { })).Status);
        Assert.Equal("checksum_mismatch", (await mina.Final(id))["reason"]!.GetValue<string>());
        await Until(async () => await Objects.Head($"uploads/{Guid.Parse(id):N}") is null);
        Assert.Equal(0L, await host.Database.ScalarAsync<long>($@"SELECT count(*) FROM pictures WHERE content = '\x{Hex(bytes)}'"));
    }

    [Fact]
    public async Task A_picture_that_is_uploaded_by_many_is_stored_once()
    {
        var bytes = NewPicture(300, 200);
        var people = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Somebody()));
        var photos = await Task.WhenAll(people.Select(person => person.Ready(bytes)));
        Assert.Single(photos.Select(photo => photo["renditions"]!.ToJsonString()).Distinct());
        Assert.Equal(4, photos.Select(photo => photo["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(4, await host.Database.ScalarAsync<int>($@"SELECT uses FROM pictures WHERE content = '\x{Hex(bytes)}'"));
        Assert.Equal(8, await Stored($"public/photos/{Hex(bytes)[..2]}/{Hex(bytes)}/"));
        Assert.Equal(0, await Stored("private/"));
    }

    [Fact]
    public async Task A_live_stream_tells_how_a_photo_becomes_ready_and_ends()
    {
        var mina = await host.Somebody();
        var bytes = NewPicture(800, 600);
        var announced = await mina.Announce(bytes.Length);
        var path = $"/v1/photos/{announced.PhotoId()}/events";
        await using var events = await EventStream.Open(host.Address, mina.Client.Token!, path: path);
        Assert.Equal("""{"state":"awaitingUpload","percent":0}""", (await events.Next("progress")).ToJsonString());
        Assert.InRange(await announced.Send(bytes), 200, 204);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{announced.PhotoId()}/complete", new { })).Status);
        var ready = await events.Next("ready");
        Assert.Equal((await mina.Client.Get("/v1/photos/" + announced.PhotoId())).Json.ToJsonString(), ready.ToJsonString());
        Assert.Null(await events.Next());

        await using var late = await EventStream.Open(host.Address, mina.Client.Token!, path: path);
        Assert.Equal("ready", (await late.Next())!.Value.Name);
        Assert.Null(await late.Next());

        var rejected = await mina.Upload("no photo"u8.ToArray());
        await using var other = await EventStream.Open(host.Address, mina.Client.Token!, path: $"/v1/photos/{rejected}/events");
        Assert.Equal("not_an_image", (await other.Next("rejected"))["reason"]!.GetValue<string>());
        Assert.Null(await other.Next());
    }

    [Fact]
    public async Task An_avatar_is_shown_in_every_list_once_it_is_ready()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var bytes = NewPicture(300, 200);
        var announced = await mina.Announce(bytes.Length);
        var me = await mina.Client.Patch("/v1/me", $$"""{"avatarPhotoId":"{{announced.PhotoId()}}"}""");
        Assert.Equal(200, me.Status);
        Assert.Null(me.Json["avatar"]);
        Assert.InRange(await announced.Send(bytes), 200, 204);
        Assert.Equal(202, (await mina.Client.Post($"/v1/photos/{announced.PhotoId()}/complete", new { })).Status);
        await Until(async () => (await mina.Client.Get("/v1/me")).Json["avatar"] is not null);

        var photo = await mina.Final(announced.PhotoId());
        var square = photo["renditions"]!.AsArray().First(each => each!["name"]!.GetValue<string>() == "square")!["url"]!.GetValue<string>();
        var post = await mina.Publish();
        Assert.Equal(204, (await mina.Client.Put($"/v1/posts/{post}/like")).Status);
        Assert.Equal(201, (await mina.Client.Post($"/v1/posts/{post}/comments", new { text = "Mine" })).Status);
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/follow")).Status);
        Assert.Equal(square, Avatar((await juno.Client.Get("/v1/users/" + mina.Id)).Json));
        Assert.Equal(square, Avatar((await juno.Client.Get("/v1/posts/" + post)).Json["author"]!));
        Assert.Equal(square, Avatar((await juno.Client.Get($"/v1/posts/{post}/likes")).Items[0]!));
        Assert.Equal(square, Avatar((await juno.Client.Get($"/v1/posts/{post}/comments")).Items[0]!["author"]!));
        Assert.Equal(square, Avatar((await juno.Client.Get($"/v1/users/{juno.Id}/followers")).Items[0]!));
        await Until(async () => (await juno.Client.Get("/v1/notifications")).Items.Count == 1);
        Assert.Equal(square, Avatar((await juno.Client.Get("/v1/notifications")).Items[0]!["actors"]![0]!));

        var cleared = await mina.Client.Patch("/v1/me", """{"avatarPhotoId":null}""");
        Assert.Null(cleared.Json["avatar"]);
        Assert.Null((await juno.Client.Get($"/v1/posts/{post}/likes")).Items[0]!["avatar"]);
    }

    [Fact]
    public async Task The_preview_of_a_share_has_the_first_photo()
    {
        var mina = await host.Somebody();
        var photo = await mina.Ready(NewPicture(1_600, 800));
        var post = await mina.Client.Post("/v1/posts", new { caption = "Look", photoIds = new[] { photo["id"]!.GetValue<string>() } });
        var share = await mina.Client.Post("/v1/shares", new { postId = post.Json["id"]!.GetValue<string>(), channel = "link" });
        Assert.Equal(202, share.Status);
        var page = await host.Anonymous().Get(new Uri(share.Json["url"]!.GetValue<string>()).AbsolutePath, ("User-Agent", "Twitterbot/1.0"));
        Assert.Contains(WebUtility.HtmlEncode(photo["renditions"]![0]!["url"]!.GetValue<string>()), page.Text, StringComparison.Ordinal);
        Assert.Contains("""<meta property="og:image:width" content="1080">""", page.Text, StringComparison.Ordinal);
        Assert.Contains("""<meta property="og:image:height" content="540">""", page.Text, StringComparison.Ordinal);
        Assert.Contains("summary_large_image", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_announcement_again_is_the_same_photo_and_can_be_uploaded()
    {
        var mina = await host.Somebody();
        var bytes = NewPicture(40, 30);
        var body = new { contentType = "image/png", bytes = bytes.Length };
        var first = await mina.Client.Post("/v1/photos", body, ("Idempotency-Key", "photo-1"));
        var again = await mina.Client.Post("/v1/photos", body, ("Idempotency-Key", "photo-1"));
        Assert.Equal((201, 201, "true"), (first.Status, again.Status, again.Headers["Idempotency-Replayed"]));
        Assert.Equal(first.Json["photo"]!.ToJsonString(), again.Json["photo"]!.ToJsonString());
        Assert.InRange(await again.Json.Send(bytes), 200, 204);
        var complete = $"/v1/photos/{again.Json.PhotoId()}/complete";
        Assert.Equal(202, (await mina.Client.Post(complete, new { }, ("Idempotency-Key", "complete-1"))).Status);
        var replayed = await mina.Client.Post(complete, new { }, ("Idempotency-Key", "complete-1"));
        Assert.Equal((202, "true"), (replayed.Status, replayed.Headers["Idempotency-Replayed"]));
        Assert.Equal("ready", (await mina.Final(again.Json.PhotoId()))["state"]!.GetValue<string>());
    }

    private IObjectStore Objects => host.Services.GetRequiredService<IObjectStore>();

    private static byte[] NewPicture(int width, int height) => DrawnPicture.Png(width, height, Interlocked.Increment(ref Seeds));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string? Avatar(JsonNode person) => person["avatar"]?["url"]!.GetValue<string>();

    private static string Shape(JsonNode node, params string[] names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, node[name]?.DeepClone()))).ToJsonString();

    private static async Task EveryoneReads(JsonNode photo)
    {
        foreach (var rendition in photo["renditions"]!.AsArray())
        {
            using var answer = await PhotoUploads.Read(rendition!["url"]!.GetValue<string>());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(rendition["contentType"]!.GetValue<string>(), answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("immutable", answer.Headers.CacheControl?.ToString() ?? "", StringComparison.Ordinal);
        }
    }

    private async Task<int> Stored(string prefix)
    {
        var count = 0;
        await foreach (var _ in Objects.List(prefix))
            count++;
        return count;
    }

    private static Task Until(Func<Task<bool>> holds) => NotificationSteps.Until(holds);
}
