using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace StyleShare.Api.Tests.Scripts;

/// <summary>The rules by which nginx sends requests to silos (docker/nginx), with a real nginx.</summary>
public sealed class NginxTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("GET", null)]
    [InlineData("PUT", null)]
    [InlineData("DELETE", null)]
    [InlineData("POST", "key-1")]
    public async Task What_may_be_done_twice_is_sent_to_another_silo_when_one_dies(string method, string? key)
    {
        await using var dying = await Upstream.Start(Upstream.BreakOff);
        await using var other = await Upstream.Start();
        await using var nginx = await Balancer.Start(dying.Address, other.Address);
        await Until(() => !dying.Requests.IsEmpty, async () =>
        {
            using var answer = await Send(nginx, method, "/v1/posts", key);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task What_may_not_be_done_twice_is_sent_once(string method)
    {
        await using var dying = await Upstream.Start(Upstream.BreakOff);
        await using var other = await Upstream.Start();
        await using var nginx = await Balancer.Start(dying.Address, other.Address);
        var sent = 0;
        await Until(() => !dying.Requests.IsEmpty, async () =>
        {
            using var answer = await Send(nginx, method, $"/v1/posts?id={++sent}");
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("unavailable", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
        });
        Assert.Equal(sent, dying.Requests.Count + other.Requests.Count);
        Assert.Empty(dying.Requests.Intersect(other.Requests, StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_reached_fails_no_request()
    {
        await using var other = await Upstream.Start();
        await using var nginx = await Balancer.Start($"127.0.0.1:{Script.FreePort()}", other.Address);
        for (var i = 0; i < 50; i++)
        {
            using var answer = await Send(nginx, "POST", "/v1/posts");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task One_that_is_not_ready_is_passed_over_until_it_is()
    {
        await using var draining = await Upstream.Start();
        await using var other = await Upstream.Start();
        await using var nginx = await Balancer.Start(draining.Address, other.Address);
        await Until(() => !draining.Requests.IsEmpty, () => Get(nginx));
        draining.IsReady = false;
        // In turn, they would get ten each; now and then one goes there to see how it is.
        await Until(20, nginx, () => other.Requests.Count);
        draining.IsReady = true;
        var before = draining.Requests.Count;
        await Until(() => draining.Requests.Count > before + 10, () => Get(nginx));
    }

    [Fact]
    public async Task When_none_is_ready_their_own_answers_pass()
    {
        await using var one = await Upstream.Start(Busy);
        await using var two = await Upstream.Start(Busy);
        one.IsReady = two.IsReady = false;
        await using var nginx = await Balancer.Start(one.Address, two.Address);
        for (var i = 0; i < 20; i++)
        {
            using var answer = await Send(nginx, "GET", "/v1/feed");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("busy", await answer.Content.ReadAsStringAsync());
        }

        Assert.Empty(nginx.Ready());
        Assert.Equal(20, one.Requests.Count + two.Requests.Count);
    }

    [Theory]
    [InlineData("/v1/notifications/stream", "*/*")]
    [InlineData("/v1/photos/0199d1a6-3000-7f65-9b7a-be6c7d8e9fab/events", "*/*")]
    [InlineData("/v1/whatever", "text/event-stream")]
    public async Task An_event_goes_on_while_the_stream_is_open(string path, string accept)
    {
        var end = new TaskCompletionSource();
        await using var silo = await Upstream.Start(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: 1\n\n");
            await http.Response.Body.FlushAsync();
            await end.Task;
        });
        await using var nginx = await Balancer.Start(silo.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await nginx.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("data: 1", await lines.ReadLineAsync().WaitAsync(Limit));
        end.SetResult();
        Assert.Equal("\n", await lines.ReadToEndAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task A_photo_reaches_the_silo_while_it_is_sent()
    {
        const int Half = 10_000_000;
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = 0L;
        await using var silo = await Upstream.Start(async http =>
        {
            var buffer = new byte[65_536];
            while (await http.Request.Body.ReadAsync(buffer) is > 0 and var read)
            {
                // What is on its way is at most a few buffers.
                if ((got += read) > Half / 2)
                    half.TrySetResult();
            }
        });
        await using var nginx = await Balancer.Start(silo.Address);
        using var body = new HalvedContent(Half, half.Task.WaitAsync(Limit));
        using var answer = await nginx.Http.PutAsync("/objects/uploads/1", body);
        Assert.Equal((HttpStatusCode.OK, 2L * Half), (answer.StatusCode, got));
    }

    [Fact]
    public async Task A_body_that_is_too_large_for_any_silo_is_refused_as_silos_do()
    {
        await using var silo = await Upstream.Start();
        await using var nginx = await Balancer.Start(silo.Address);
        using var answer = await nginx.Http.PostAsync("/v1/posts", new ByteArrayContent(new byte[300_000]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("body_too_large", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Silos_are_told_who_asks_and_not_what_the_client_says_of_that()
    {
        HttpRequest? seen = null;
        var headers = new HeaderDictionary();
        await using var silo = await Upstream.Start(http =>
        {
            seen = http.Request;
            foreach (var (name, value) in http.Request.Headers)
                headers[name] = value;
            return Task.CompletedTask;
        });
        await using var nginx = await Balancer.Start(silo.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me?a=%20b");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "gopher");
        using var answer = await nginx.Http.SendAsync(request);
        Assert.NotNull(seen);
        Assert.Equal(
            ("127.0.0.1", "http", $"127.0.0.1:{nginx.Port}"),
            (headers["X-Forwarded-For"].ToString(), headers["X-Forwarded-Proto"].ToString(), headers["Host"].ToString()));
        Assert.Equal(["GET /v1/me?a=%20b"], silo.Requests);
    }

    private static Task Busy(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync("busy");
    }

    private static async Task<HttpResponseMessage> Send(Balancer nginx, string method, string path, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PATCH" or "PUT")
            request.Content = new StringContent("{}");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await nginx.Http.SendAsync(request);
    }

    private static async Task Get(Balancer nginx)
    {
        using var answer = await Send(nginx, "GET", "/v1/feed");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task Until(Func<bool> condition, Func<Task> act)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < Limit, "It did not come to that.");
            await act();
        }
    }

    // Until so many requests in a row are counted there.
    private static async Task Until(int inARow, Balancer nginx, Func<int> count)
    {
        var waited = Stopwatch.StartNew();
        for (int row = 0, before = count(); row < inARow; before = count())
        {
            Assert.True(waited.Elapsed < Limit, "It did not come to that.");
            await Get(nginx);
            row = count() > before ? row + 1 : 0;
        }
    }

    // The second half is sent when somebody has seen of the first.
    private sealed class HalvedContent(int half, Task seen) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[half]);
            await stream.FlushAsync();
            await seen;
            await stream.WriteAsync(new byte[half]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 2L * half;
            return true;
        }
    }
}
