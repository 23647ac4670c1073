namespace StyleShare.Api.Tests;

public sealed class BenchTests(BenchTests.Host host) : IClassFixture<BenchTests.Host>
{
    [Fact]
    public async Task The_constant_is_the_same_answer_behind_the_same_doors()
    {
        var mina = await host.Somebody();
        var path = "/v1/posts/" + await mina.Publish();
        var real = await mina.Client.Get(path);
        for (var i = 0; i < 2; i++)
        {
            var constant = await mina.Client.Get("/bench/constant?like=" + path);
            Assert.Equal(real.Text, constant.Text);
            foreach (var header in new[] { "ETag", "Content-Type", "Content-Length", "Cache-Control", "X-Content-Type-Options" })
                Assert.Equal(real.Headers[header], constant.Headers[header]);
        }

        (await host.Anonymous().Get("/bench/constant?like=" + path)).Problem(401, "unauthenticated");
        (await mina.Client.Get("/bench/constant?like=//example.com/v1/")).Problem(404, "not_found");
        (await mina.Client.Get("/bench/constant?like=/v1/posts/none")).Problem(404, "not_found");
    }

    [Fact]
    public async Task It_is_not_there_unless_asked_for()
    {
        await using var plain = new ApiHost();
        await plain.InitializeAsync();
        (await (await plain.Somebody()).Client.Get("/bench/constant?like=/v1/me")).Problem(404, "not_found");
    }

    /// <summary>A host to be measured.</summary>
    public sealed class Host : ApiHost
    {
        protected override string[] Settings => ["--StyleShare:Bench:Enabled", "true"];
    }
}
