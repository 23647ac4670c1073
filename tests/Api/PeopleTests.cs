namespace StyleShare.Api.Tests;

public sealed class PeopleTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_person_is_found_by_id_and_by_handle_in_any_case()
    {
        var somebody = await host.Somebody();
        var caller = (await host.Somebody()).Client;
        var byId = await caller.Get("/v1/users/" + somebody.Id);
        Assert.Equal(200, byId.Status);
        Assert.Equal(byId.Text, (await caller.Get("/v1/users/" + somebody.Handle)).Text);
        Assert.Equal(byId.Text, (await caller.Get("/v1/users/" + somebody.Handle.ToUpperInvariant())).Text);
        Assert.Equal(
            """{"following":false,"followedBy":false,"blocking":false,"muting":false}""", byId.Json["viewer"]!.ToJsonString());
    }

    [Theory]
    [InlineData("0199d1a4-5e00-7a10-8c2b-6f1d2e3a4b5c")]
    [InlineData("nobody.at.all")]
    [InlineData("no such handle")]
    [InlineData("%ED%A0%80")]
    [InlineData("..%2F..%2Fme")]
    public async Task Whoever_is_not_there_is_not_found(string who) =>
        (await (await host.Somebody()).Client.Get("/v1/users/" + who)).Problem(404, "user_not_found");

    [Fact]
    public async Task Following_twice_is_following_once_and_both_sides_see_it()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/follow")).Status);
        Assert.Equal(204, (await mina.Client.Put($"/v1/users/{juno.Id}/follow")).Status);

        var seenByMina = (await mina.Client.Get("/v1/users/" + juno.Id)).Json;
        Assert.Equal(1, seenByMina["counts"]!["followers"]!.GetValue<int>());
        Assert.True(seenByMina["viewer"]!["following"]!.GetValue<bool>());
        var seenByJuno = (await juno.Client.Get("/v1/users/" + mina.Handle)).Json;
        Assert.Equal(1, seenByJuno["counts"]!["following"]!.GetValue<int>());
        Assert.True(seenByJuno["viewer"]!["followedBy"]!.GetValue<bool>());
        Assert.False(seenByJuno["viewer"]!["following"]!.GetValue<bool>());
        Assert.Equal(1, (await mina.Client.Get("/v1/me")).Json["counts"]!["following"]!.GetValue<int>());

        Assert.Equal(204, (await mina.Client.Delete($"/v1/users/{juno.Id}/follow")).Status);
        Assert.Equal(204, (await mina.Client.Delete($"/v1/users/{juno.Id}/follow")).Status);
        Assert.Equal(0, (await mina.Client.Get("/v1/users/" + juno.Id)).Json["counts"]!["followers"]!.GetValue<int>());
    }

    [Fact]
    public async Task Nobody_follows_themselves_or_somebody_who_is_not_there()
    {
        var mina = await host.Somebody();
        (await mina.Client.Put($"/v1/users/{mina.Id}/follow")).Problem(422, "cannot_follow_self");
        (await mina.Client.Put($"/v1/users/{Guid.NewGuid()}/follow")).Problem(404, "user_not_found");
        (await mina.Client.Put("/v1/users/not-an-id/follow")).Problem(404, "user_not_found");
        Assert.Equal(0, (await mina.Client.Get("/v1/me")).Json["counts"]!["following"]!.GetValue<int>());
    }

    [Fact]
    public async Task Followers_come_newest_first_in_parts_that_do_not_shift()
    {
        var star = await host.Somebody();
        var fans = new List<Person>();
        for (var i = 0; i < 7; i++)
            fans.Add(await Fan());

        var first = await star.Client.Get($"/v1/users/{star.Id}/followers?limit=3");
        Assert.Equal(Ids(fans, 6, 5, 4), first.Items.Select(item => item!["id"]!.GetValue<string>()));
        await Fan();
        var second = await star.Client.Get($"/v1/users/{star.Id}/followers?limit=3&cursor={first.Next}");
        Assert.Equal(Ids(fans, 3, 2, 1), second.Items.Select(item => item!["id"]!.GetValue<string>()));
        var third = await star.Client.Get($"/v1/users/{star.Id}/followers?limit=3&cursor={second.Next}");
        Assert.Equal(Ids(fans, 0), third.Items.Select(item => item!["id"]!.GetValue<string>()));
        Assert.Null(third.Next);
        Assert.False(third.Headers.ContainsKey("Link"));

        var following = await star.Client.Get($"/v1/users/{fans[0].Id}/following");
        Assert.Equal(star.Id, Assert.Single(following.Items)!["id"]!.GetValue<string>());
        Assert.Equal(["id", "handle", "displayName", "avatar"], following.Items[0]!.AsObject().Select(field => field.Key));

        async Task<Person> Fan()
        {
            var fan = await host.Somebody();
            Assert.Equal(204, (await fan.Client.Put($"/v1/users/{star.Id}/follow")).Status);
            return fan;
        }

        static IEnumerable<string> Ids(List<Person> people, params int[] which) => which.Select(i => people[i].Id);
    }
}
