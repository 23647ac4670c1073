using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

public sealed class ObjectTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(100_000);
    private readonly string _key = "uploads/" + Guid.NewGuid().ToString("N");

    private IObjectStore Store => host.Services.GetRequiredService<IObjectStore>();

    private int Files => Directory.EnumerateFiles(host.Database.ObjectFolder, "*", SearchOption.AllDirectories).Count();

    [Fact]
    public async Task What_is_uploaded_by_a_signed_request_is_downloaded_by_one()
    {
        var put = await Store.SignPut(_key, "image/jpeg", _bytes.Length, Lasts);
        Assert.Equal("PUT", put.Method);
        Assert.Equal(host.Address.Authority, put.Url.Authority);
        using (var stored = await Send(put, _bytes))
            Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        using var read = await Send(await Store.SignGet(_key, Lasts));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal("image/jpeg", read.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", read.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", read.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(read.Headers.CacheControl!.NoStore);
        Assert.Equal(_bytes, await read.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_signature_is_good_for_its_method_only()
    {
        await Store.Put(_key, new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("image/png"), Cancellation);
        var get = await Store.SignGet(_key, Lasts);
        await Refused(get with { Method = "PUT", Headers = [new("Content-Type", "image/png")] }, 403, "bad_signature", _bytes);
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        await Refused(put with { Method = "GET", Headers = [] }, 403, "bad_signature");
    }

    [Fact]
    public async Task A_signature_is_good_for_its_key_only()
    {
        await Store.Put(_key + "x", new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("image/png"), Cancellation);
        var get = await Store.SignGet(_key, Lasts);
        await Refused(get with { Url = new Uri(get.Url.AbsoluteUri.Replace(_key, _key + "x", StringComparison.Ordinal)) }, 403, "bad_signature");
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        await Refused(
            put with { Url = new Uri(put.Url.AbsoluteUri.Replace(_key, _key + "y", StringComparison.Ordinal)) }, 403, "bad_signature", _bytes);
        Assert.Null(await Store.Head(_key + "y", Cancellation));
    }

    [Fact]
    public async Task A_signature_is_good_for_its_type_only()
    {
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        await Refused(put with { Headers = [new("Content-Type", "text/html")] }, 403, "bad_signature", _bytes);
        await Refused(put with { Headers = [] }, 403, "bad_signature", _bytes);
        Assert.Null(await Store.Head(_key, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signature_is_good_for_its_length_only(bool isLengthSaid)
    {
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        var files = Files;
        await Refused(put, 413, "body_too_large", [.. _bytes, 0], isLengthSaid);
        await Refused(put, 400, "body_too_short", _bytes[1..], isLengthSaid);
        Assert.Null(await Store.Head(_key, Cancellation));
        Assert.Equal(files, Files);
        using var stored = await Send(put, _bytes, isLengthSaid);
        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
    }

    [Fact]
    public async Task A_signature_expires()
    {
        await Store.Put(_key, new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("image/png"), Cancellation);
        var get = await Store.SignGet(_key, Lasts);
        var signatures = host.Services.GetRequiredService<ObjectSignatures>();
        var past = new SignedObject("GET", _key, DateTimeOffset.UtcNow.AddSeconds(-1), null, 0, null);
        await Refused(get with { Url = new Uri($"{get.Url.GetLeftPart(UriPartial.Path)}?signature={signatures.Sign(past)}") }, 403, "signature_expired");
        using var before = await Send(get);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
    }

    [Fact]
    public async Task A_signature_that_was_changed_or_is_missing_lets_nobody_in()
    {
        await Store.Put(_key, new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("image/png"), Cancellation);
        var get = await Store.SignGet(_key, Lasts);
        await Refused(get with { Url = new Uri(get.Url.GetLeftPart(UriPartial.Path)) }, 403, "bad_signature");
        var text = get.Url.AbsoluteUri.ToCharArray();
        text[^20] = text[^20] == 'a' ? 'b' : 'a';
        await Refused(get with { Url = new Uri(new string(text)) }, 403, "bad_signature");
        await Refused(get with { Url = new Uri(get.Url.GetLeftPart(UriPartial.Path) + "?signature=%00") }, 403, "bad_signature");
    }

    [Fact]
    public async Task What_is_public_is_read_by_everybody_and_kept_by_caches()
    {
        var key = "public/photos/" + Guid.NewGuid().ToString("N") + ".webp";
        await Store.Put(key, new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("image/webp", ObjectMeta.Immutable), Cancellation);
        var url = host.Services.GetRequiredService<PublicObjects>().UrlOf(key);
        Assert.Equal(host.Address.Authority, url.Authority);
        var read = new SignedRequest("GET", url, [], default);
        using var whole = await Send(read);
        Assert.Equal("public, max-age=31536000, immutable", whole.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("image/webp", whole.Content.Headers.ContentType!.ToString());
        Assert.Equal(_bytes, await whole.Content.ReadAsByteArrayAsync(Cancellation));

        using var known = await Send(read with { Headers = [new("If-None-Match", whole.Headers.ETag!.ToString())] });
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(whole.Headers.ETag, known.Headers.ETag);

        using var part = await Send(read with { Headers = [new("Range", "bytes=10-19")] });
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 10-19/{_bytes.Length}", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(_bytes[10..20], await part.Content.ReadAsByteArrayAsync(Cancellation));

        using var beyond = await Send(read with { Headers = [new("Range", "bytes=100000-")] });
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

        using var head = await Send(read with { Method = "HEAD" });
        Assert.Equal(_bytes.Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_download_is_saved_under_its_name_and_is_of_no_type_that_a_browser_runs()
    {
        await Store.Put(_key, new MemoryStream(_bytes), _bytes.Length, new ObjectMeta("text/html"), Cancellation);
        using var read = await Send(await Store.SignGet(_key, Lasts, "영수증 \"1\"; x=../a.html"));
        Assert.Equal("application/octet-stream", read.Content.Headers.ContentType!.ToString());
        var disposition = read.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.StartsWith("attachment; ", disposition, StringComparison.Ordinal);
        Assert.Contains("filename*=UTF-8''%EC%98%81%EC%88%98%EC%A6%9D%20%221%22%3B%20x%3D..%2Fa.html", disposition, StringComparison.Ordinal);
        Assert.Equal("nosniff", read.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/objects/public/../uploads/secret")]
    [InlineData("/objects/public/%2e%2e/uploads/secret")]
    [InlineData("/objects/public/%2e%2e%2fuploads%2fsecret")]
    [InlineData("/objects/public/..%2fuploads/secret")]
    [InlineData("/objects/public/..%5cuploads/secret")]
    [InlineData("/objects/public/%252e%252e/uploads/secret")]
    [InlineData("/objects/public//uploads/secret")]
    [InlineData("/objects/public/../../../../../../etc/passwd")]
    [InlineData("/objects/public/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/objects/public/@secret")]
    [InlineData("/objects/public/+new/secret")]
    [InlineData("/objects/public/%00")]
    [InlineData("/objects/")]
    [InlineData("/objects/public/")]
    public async Task No_address_leads_out_of_what_is_public(string path)
    {
        await Store.Put("uploads/secret", new MemoryStream("secret"u8.ToArray()), 6, new ObjectMeta("text/plain"), Cancellation);
        // Over a socket: clients tidy addresses up.
        var answer = await Raw($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 40[034] ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_kept_of_an_upload_that_breaks_off()
    {
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        var files = Files;
        using (var socket = await Connect())
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"PUT {put.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {_bytes.Length}\r\n\r\n"), Cancellation);
            await socket.SendAsync(_bytes.AsMemory(0, 50_000), Cancellation);
            await Until(() => Files == files + 1);
        }

        await Until(() => Files == files);
        Assert.Null(await Store.Head(_key, Cancellation));
    }

    [Fact]
    public async Task A_refused_upload_need_not_be_sent()
    {
        var put = await Store.SignPut(_key, "image/png", 20_000_000, Lasts);
        var head = $"PUT {put.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n";
        Assert.StartsWith("HTTP/1.1 413", await Raw(head + "Content-Type: image/png\r\nContent-Length: 20000001\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403", await Raw(head + "Content-Type: image/gif\r\nContent-Length: 20000000\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_origin_may_upload_and_show()
    {
        var put = await Store.SignPut(_key, "image/png", 1, Lasts);
        using var answer = await Send(put with
        {
            Method = "OPTIONS",
            Headers = [new("Origin", "https://elsewhere.example"), new("Access-Control-Request-Method", "PUT")],
        });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PUT", answer.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
    }

    private static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
            await Task.Delay(10, limit.Token);
    }

    private async Task Refused(SignedRequest request, int status, string code, byte[]? body = null, bool isLengthSaid = true)
    {
        using var answer = await Send(request, body, isLengthSaid);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == (int)answer.StatusCode, $"{status} expected: {(int)answer.StatusCode} {text}");
        Assert.Contains($"\"code\":\"{code}\"", text, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> Send(SignedRequest signed, byte[]? body = null, bool isLengthSaid = true)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(new HttpMethod(signed.Method), signed.Url);
        if (body is not null)
            request.Content = isLengthSaid ? new ByteArrayContent(body) : new StreamContent(new Unknown(body));
        foreach (var (name, value) in signed.Headers)
        {
            if (name == "Content-Type" && request.Content is { } content)
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await http.SendAsync(request, Cancellation);
    }

    private async Task<Socket> Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Cancellation);
        return socket;
    }

    private async Task<string> Raw(string request)
    {
        using var socket = await Connect();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    // Of unknown length, and so sent in chunks.
    private sealed class Unknown(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
