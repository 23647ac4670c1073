using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

/// <summary>What every object store must do, by its interface and, for signed requests, by HTTP.</summary>
public abstract class ObjectStoreTests(ApiHost host)
{
    private const int Large = 12 * 1024 * 1024 + 7;
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);
    private static readonly ObjectMeta Png = new("image/png");
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(100_000);
    private readonly string _key = $"uploads/{Guid.NewGuid():n}/a";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IObjectStore Store { get; } = host.Services.GetRequiredService<IObjectStore>();

    private string Folder => _key[..^1];

    [Fact]
    public async Task What_was_put_is_there_with_its_type()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-2);
        await Put(_key, _bytes, new ObjectMeta("image/webp", ObjectMeta.Immutable));
        var head = (await Store.Head(_key, Cancellation))!;
        Assert.Equal((_key, _bytes.Length, "image/webp", ObjectMeta.Immutable), (head.Key, head.Bytes, head.ContentType, head.CacheControl));
        Assert.InRange(head.ModifiedAt, before, DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.NotEmpty(head.ETag);
        await using var content = (await Store.Get(_key, cancellation: Cancellation))!;
        Assert.Equal(head, content.Head);
        Assert.Equal(new ObjectRange(0, _bytes.Length), content.Range);
        Assert.Equal(_bytes, await ReadAll(content.Content));
    }

    [Fact]
    public async Task What_was_not_put_is_not_there()
    {
        Assert.Null(await Store.Head(_key, Cancellation));
        Assert.Null(await Store.Get(_key, cancellation: Cancellation));
        Assert.Null(await Store.Get(_key, new ObjectRange(5, 5), Cancellation));
        Assert.Null(await Store.Get(_key, new ObjectRange(5, 0), Cancellation));
        await Store.Delete(_key, Cancellation);
    }

    [Fact]
    public async Task What_is_put_again_takes_the_place_of_what_was_there()
    {
        await Put(_key, _bytes);
        var first = await Store.Head(_key, Cancellation);
        await Put(_key, _bytes[..10], new ObjectMeta("image/gif"));
        var second = (await Store.Head(_key, Cancellation))!;
        Assert.Equal((10, "image/gif"), (second.Bytes, second.ContentType));
        Assert.NotEqual(first!.ETag, second.ETag);
        Assert.Equal(_bytes[..10], await Read(_key));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_may_be_deleted_again()
    {
        await Put(_key, _bytes);
        await Put(Folder + "b", _bytes);
        await Store.Delete(_key, Cancellation);
        await Store.Delete(_key, Cancellation);
        Assert.Null(await Store.Head(_key, Cancellation));
        Assert.Equal(_bytes, await Read(Folder + "b"));
        await Put(_key, _bytes);
        Assert.Equal(_bytes, await Read(_key));
    }

    [Fact]
    public async Task An_object_may_be_empty()
    {
        await Put(_key, []);
        Assert.Equal(0, (await Store.Head(_key, Cancellation))!.Bytes);
        Assert.Empty((await Read(_key))!);
        Assert.Empty((await Read(_key, new ObjectRange(0, 10)))!);
    }

    [Fact]
    public async Task A_large_object_is_as_it_was_put()
    {
        var large = RandomNumberGenerator.GetBytes(Large);
        await Store.Put(_key, new Unseekable(large), Large, Png, Cancellation);
        Assert.Equal((Large, "image/png"), ((await Store.Head(_key, Cancellation))!.Bytes, (await Store.Head(_key, Cancellation))!.ContentType));
        Assert.True((await Read(_key))!.SequenceEqual(large));
        Assert.Equal(large[^10..], await Read(_key, new ObjectRange(Large - 10, 1_000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(8 * 1024 * 1024)]
    [InlineData(16 * 1024 * 1024)]
    [InlineData(Large)]
    public async Task A_body_whose_length_nobody_knows_is_stored_to_its_end(int bytes)
    {
        var body = RandomNumberGenerator.GetBytes(bytes);
        Assert.Equal(bytes, await Store.Put(_key, new Unseekable(body), Png, Cancellation));
        Assert.Equal((bytes, "image/png"), ((await Store.Head(_key, Cancellation))!.Bytes, (await Store.Head(_key, Cancellation))!.ContentType));
        Assert.True((await Read(_key))!.SequenceEqual(body));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Nothing_is_stored_of_a_body_of_unknown_length_that_breaks_off(int bytes)
    {
        await Put(_key, _bytes);
        await Assert.ThrowsAsync<EndOfStreamException>(
            () => Store.Put(_key, new Breaking(bytes), Png, Cancellation));
        Assert.Equal(_bytes, await Read(_key));
    }

    [Fact]
    public async Task A_part_is_read_without_the_rest()
    {
        await Put(_key, _bytes);
        Assert.Equal(_bytes[..1], await Read(_key, new ObjectRange(0, 1)));
        Assert.Equal(_bytes[100..300], await Read(_key, new ObjectRange(100, 200)));
        Assert.Equal(_bytes[99_990..], await Read(_key, new ObjectRange(99_990, 1_000)));
        Assert.Equal(_bytes[99_990..], await Read(_key, new ObjectRange(99_990, long.MaxValue)));
        Assert.Empty((await Read(_key, new ObjectRange(100_000, 1)))!);
        Assert.Empty((await Read(_key, new ObjectRange(500_000, 1)))!);
        Assert.Empty((await Read(_key, new ObjectRange(10, 0)))!);
        await using var part = (await Store.Get(_key, new ObjectRange(99_990, 1_000), Cancellation))!;
        Assert.Equal((new ObjectRange(99_990, 10), 100_000), (part.Range, part.Head.Bytes));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Get(_key, new ObjectRange(-1, 1), Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Get(_key, new ObjectRange(1, -1), Cancellation));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Nothing_is_stored_of_a_body_that_is_longer_or_shorter_than_said(int bytes)
    {
        await Put(_key, _bytes);
        var longer = await Assert.ThrowsAsync<ObjectLengthException>(
            () => Store.Put(_key, new Unseekable(new byte[bytes + 1]), bytes, Png, Cancellation));
        var shorter = await Assert.ThrowsAsync<ObjectLengthException>(
            () => Store.Put(_key, new Unseekable(new byte[bytes - 1]), bytes, Png, Cancellation));
        Assert.Equal((true, false), (longer.IsLonger, shorter.IsLonger));
        Assert.Equal(_bytes, await Read(_key));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Nothing_is_stored_of_a_body_that_breaks_off(int bytes)
    {
        await Put(_key, _bytes);
        // The store is not to blame, and does not say that it is.
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.Put(_key, new Breaking(bytes - 1), bytes, Png, Cancellation));
        Assert.Equal(_bytes, await Read(_key));
        Assert.Equal([_key], await Keys(Folder));
    }

    [Fact]
    public async Task Who_puts_at_the_same_time_leaves_one_whole_object()
    {
        var bodies = Enumerable.Range(0, 16).Select(i => Enumerable.Repeat((byte)i, 70_000 + i).ToArray()).ToList();
        await Task.WhenAll(bodies.Select(body => Put(_key, body)));
        var left = await Read(_key);
        Assert.Equal(bodies[left![0]], left);
    }

    [Fact]
    public async Task Objects_are_listed_by_prefix_and_in_the_order_of_their_keys()
    {
        string[] keys = ["a", "a-b", "a.b/c", "a/b", "a/b/c", "a/c", "a0", "aB", "b/a", "B"];
        await Task.WhenAll(keys.Select(key => Put(Folder + key, _bytes[..key.Length])));
        var ordered = keys.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(ordered, await Keys());
        Assert.Equal(ordered.Where(key => key.StartsWith('a')), await Keys("a"));
        Assert.Equal(["a/b", "a/b/c", "a/c"], await Keys("a/"));
        Assert.Equal(["a/b", "a/b/c"], await Keys("a/b"));
        Assert.Equal(["a/b/c"], await Keys("a/b/"));
        Assert.Empty(await Keys("c"));
        Assert.Empty(await Keys("a/b/c/d/"));
        var head = await Store.List(Folder + "a/c", Cancellation).SingleAsync(Cancellation);
        Assert.Equal(await Store.Head(Folder + "a/c", Cancellation), head with { ContentType = "image/png" });

        async Task<IEnumerable<string>> Keys(string prefix = "") =>
            (await this.Keys(Folder + prefix)).Select(key => key[Folder.Length..]);
    }

    [Fact]
    public async Task More_objects_are_listed_than_a_page_of_the_store_has()
    {
        const int many = 1_050;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, many), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation },
            async (i, _) => await Put($"{Folder}{i:d5}", []));
        Assert.Equal(Enumerable.Range(0, many).Select(i => $"{Folder}{i:d5}"), await Keys(Folder));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("/etc/passwd")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task What_is_no_key_is_refused_by_all(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Put(key, []));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Get(key, cancellation: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Head(key, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Delete(key, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SignGet(key, Lasts));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SignPut(key, "image/png", 1, Lasts));
    }

    [Fact]
    public async Task A_signed_request_uploads()
    {
        var before = DateTimeOffset.UtcNow;
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        Assert.Equal("PUT", put.Method);
        Assert.InRange(put.ExpiresAt, before + Lasts - TimeSpan.FromSeconds(1), DateTimeOffset.UtcNow + Lasts);
        await Answers(put, true, _bytes);
        Assert.Equal("image/png", (await Store.Head(_key, Cancellation))!.ContentType);
        Assert.Equal(_bytes, await Read(_key));
    }

    [Fact]
    public async Task A_signed_upload_takes_only_the_type_and_the_length_that_were_signed()
    {
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        await Answers(put, false, [.. _bytes, 0]);
        await Answers(put, false, _bytes[1..]);
        await Answers(put, false, []);
        await Answers(put with { Headers = [new("Content-Type", "text/html")] }, false, _bytes);
        await Answers(put with { Headers = [] }, false, _bytes);
        Assert.Null(await Store.Head(_key, Cancellation));
        await Answers(put, true, _bytes);
    }

    [Fact]
    public async Task A_signature_is_for_one_key_and_one_method()
    {
        await Put(_key, _bytes);
        await Put(_key + "x", _bytes);
        var get = await Store.SignGet(_key, Lasts);
        var put = await Store.SignPut(_key, "image/png", _bytes.Length, Lasts);
        await Answers(Other(get), false);
        await Answers(Other(put), false, _bytes);
        await Answers(put with { Method = "GET", Headers = [] }, false);
        await Answers(get with { Method = "PUT", Headers = put.Headers }, false, _bytes);
        await Answers(get with { Method = "DELETE" }, false);
        await Answers(get with { Url = new Uri(get.Url.GetLeftPart(UriPartial.Path)) }, false);
        Assert.Equal(_bytes, await Answers(get, true));

        SignedRequest Other(SignedRequest request) =>
            request with { Url = new Uri(request.Url.AbsoluteUri.Replace(_key, _key + "x", StringComparison.Ordinal)) };
    }

    [Fact]
    public async Task A_signature_ends()
    {
        await Put(_key, _bytes);
        var get = await Store.SignGet(_key, TimeSpan.FromSeconds(1));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await Status(get) is HttpStatusCode.OK)
            await Task.Delay(100, limit.Token);
        Assert.Equal(HttpStatusCode.Forbidden, await Status(get));
        Assert.True(get.ExpiresAt <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_download_is_saved_under_its_name()
    {
        await Put(_key, _bytes, new ObjectMeta("text/html"));
        using var read = await Send(await Store.SignGet(_key, Lasts, "영수증 \"1\";.html"));
        Assert.Equal("application/octet-stream", read.Content.Headers.ContentType!.ToString());
        var disposition = read.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.StartsWith("attachment; ", disposition, StringComparison.Ordinal);
        Assert.Contains("filename*=UTF-8''%EC%98%81%EC%88%98%EC%A6%9D%20%221%22%3B.html", disposition, StringComparison.Ordinal);
        Assert.Equal(_bytes, await read.Content.ReadAsByteArrayAsync(Cancellation));

        await Put(_key, _bytes, new ObjectMeta("application/pdf"));
        using var pdf = await Send(await Store.SignGet(_key, Lasts, "a.pdf"));
        Assert.Equal("application/pdf", pdf.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Everybody_reads_what_is_public_and_nothing_else()
    {
        var key = "public/" + _key;
        await Put(key, _bytes, new ObjectMeta("image/webp", ObjectMeta.Immutable));
        await Put(_key, _bytes);
        var address = host.Services.GetRequiredService<PublicObjects>().UrlOf(key);
        using var read = await Send(new SignedRequest("GET", address, [], default));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal("image/webp", read.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", read.Headers.GetValues("Cache-Control").Single());
        Assert.Equal(_bytes, await read.Content.ReadAsByteArrayAsync(Cancellation));
        await Answers(new SignedRequest("GET", new Uri(address.AbsoluteUri.Replace(key, _key, StringComparison.Ordinal)), [], default), false);
        await Answers(new SignedRequest("PUT", address, [new("Content-Type", "image/webp")], default), false, _bytes);
        using var known = await Send(new SignedRequest("GET", address, [new("If-None-Match", read.Headers.ETag!.ToString())], default));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    protected async Task Put(string key, byte[] bytes, ObjectMeta? meta = null) =>
        await Store.Put(key, new MemoryStream(bytes), bytes.Length, meta ?? Png, Cancellation);

    protected async Task<byte[]?> Read(string key, ObjectRange? range = null)
    {
        await using var content = await Store.Get(key, range, Cancellation);
        return content is null ? null : await ReadAll(content.Content);
    }

    private static async Task<byte[]> ReadAll(Stream content)
    {
        var all = new MemoryStream();
        await content.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }

    private async Task<List<string>> Keys(string prefix) =>
        await Store.List(prefix, Cancellation).Select(head => head.Key).ToListAsync(Cancellation);

    private static async Task<byte[]> Answers(SignedRequest request, bool isDone, byte[]? body = null)
    {
        using var answer = await Send(request, body);
        Assert.True(isDone == answer.IsSuccessStatusCode, $"{request.Method}: {answer.StatusCode}");
        return await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }

    private static async Task<HttpStatusCode> Status(SignedRequest request)
    {
        using var answer = await Send(request);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> Send(SignedRequest signed, byte[]? body = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(new HttpMethod(signed.Method), signed.Url);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in signed.Headers)
        {
            if (name == "Content-Type" && request.Content is { } content)
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await http.SendAsync(request, Cancellation);
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Breaking(int bytes) : MemoryStream(new byte[bytes])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new EndOfStreamException();
    }
}

public sealed class FolderStoreTests(ApiHost host) : ObjectStoreTests(host), IClassFixture<ApiHost>;
