namespace StyleShare.Api.Tests;

/// <summary>A block hides two people from each other, in everything that shows one of them.</summary>
public sealed class BlockTests(ApiHost host) : IClassFixture<ApiHost>
{
    private Person _mina = null!;
    private Person _juno = null!;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_sees_what_the_other_published_and_wrote_whoever_blocked(bool minaBlocks)
    {
        await TwoWhoMet();
        var tag = "block" + Guid.NewGuid().ToString("n")[..12];
        var ownPost = await Publish(_mina, "mine #" + tag);
        var junosPost = await Publish(_juno, "hers #" + tag);
        var thirds = await host.Somebody();
        var post = await Publish(thirds, "a third one's");
        foreach (var person in (Person[])[_mina, _juno])
        {
            Assert.Equal(201, (await person.Client.Post($"/v1/posts/{post}/comments", new { text = "nice" })).Status);
            Assert.Equal(204, (await person.Client.Put($"/v1/posts/{post}/like")).Status);
            Assert.Equal(204, (await person.Client.Put($"/v1/posts/{junosPost}/save")).Status);
        }

        var (by, whom) = minaBlocks ? (_mina, _juno) : (_juno, _mina);
        Assert.Equal(204, (await by.Client.Put($"/v1/users/{whom.Id}/block")).Status);

        (await _mina.Client.Get("/v1/posts/" + junosPost)).Problem(404, "post_not_found");
        (await _mina.Client.Put($"/v1/posts/{junosPost}/like")).Problem(404, "post_not_found");
        (await _mina.Client.Post($"/v1/posts/{junosPost}/comments", new { text = "?" })).Problem(404, "post_not_found");
        (await _juno.Client.Get("/v1/posts/" + ownPost)).Problem(404, "post_not_found");
        (await _mina.Client.Get($"/v1/users/{_juno.Id}/posts")).Problem(404, "user_not_found");
        Assert.Empty((await _mina.Client.Get("/v1/me/saved")).Items);
        Assert.Equal([ownPost], (await _mina.Client.Get($"/v1/tags/{tag}/posts")).Items.Select(Id));
        Assert.Equal([_mina.Id], (await _mina.Client.Get($"/v1/posts/{post}/likes")).Items.Select(Id));
        Assert.Equal([_juno.Id], (await _juno.Client.Get($"/v1/posts/{post}/comments")).Items.Select(c => Id(c!["author"])));

        // A third one sees both; and one's own things stay.
        Assert.Equal(2, (await thirds.Client.Get($"/v1/posts/{post}/comments")).Items.Count);
        Assert.Equal(200, (await _mina.Client.Get("/v1/posts/" + ownPost)).Status);
    }

    [Fact]
    public async Task Who_blocks_sees_whom_and_can_end_it_and_who_is_blocked_finds_nobody()
    {
        await TwoWhoMet();
        Assert.Equal(204, (await _mina.Client.Put($"/v1/users/{_juno.Id}/block")).Status);
        (await _juno.Client.Get("/v1/users/" + _mina.Id)).Problem(404, "user_not_found");
        (await _juno.Client.Get("/v1/users/" + _mina.Handle)).Problem(404, "user_not_found");
        var seen = (await _mina.Client.Get("/v1/users/" + _juno.Handle)).Json["viewer"]!;
        Assert.Equal("""{"following":false,"followedBy":false,"blocking":true,"muting":false}""", seen.ToJsonString());

        Assert.Equal(204, (await _mina.Client.Delete($"/v1/users/{_juno.Id}/block")).Status);
        Assert.Equal(200, (await _juno.Client.Get("/v1/users/" + _mina.Id)).Status);
        Assert.False((await _mina.Client.Get("/v1/users/" + _juno.Id)).Json["viewer"]!["blocking"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_mute_hides_nothing_and_only_who_made_it_sees_it()
    {
        await TwoWhoMet();
        var post = await Publish(_juno, "still here");
        Assert.Equal(204, (await _mina.Client.Put($"/v1/users/{_juno.Id}/mute")).Status);
        Assert.True((await _mina.Client.Get("/v1/users/" + _juno.Id)).Json["viewer"]!["muting"]!.GetValue<bool>());
        Assert.False((await _juno.Client.Get("/v1/users/" + _mina.Id)).Json["viewer"]!["muting"]!.GetValue<bool>());
        Assert.Equal(200, (await _mina.Client.Get("/v1/posts/" + post)).Status);
    }

    // Both have looked at each other, so that what is known of before is what a block must end.
    private async Task TwoWhoMet()
    {
        (_mina, _juno) = (await host.Somebody(), await host.Somebody());
        Assert.Equal(200, (await _mina.Client.Get("/v1/users/" + _juno.Id)).Status);
        Assert.Equal(200, (await _juno.Client.Get("/v1/users/" + _mina.Id)).Status);
    }

    private static async Task<string> Publish(Person author, string caption) =>
        Id((await author.Client.Post("/v1/posts", new { caption })).Json);

    private static string Id(System.Text.Json.Nodes.JsonNode? node) => node!["id"]!.GetValue<string>();
}
