using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

public sealed class DocumentTests(DocumentTests.Host host) : IClassFixture<DocumentTests.Host>
{
    private const string Pdf = "application/pdf";
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(10_000);

    [Fact]
    public async Task A_document_is_announced_uploaded_completed_and_downloaded_under_its_name()
    {
        var mina = await host.Somebody();
        var announced = await Announce(mina, "영수증 \"4711\"; a=b.pdf");
        var document = announced.Json["document"]!;
        Assert.Equal("awaitingUpload", document["state"]!.GetValue<string>());
        Assert.Null(document["download"]);
        var path = "/v1/documents/" + document["id"]!.GetValue<string>();
        Assert.Equal(path, announced.Headers["Location"]);
        (await mina.Client.Post(path + "/complete", new { })).Problem(409, "not_uploaded");

        Assert.Equal(204, await Upload(announced, _bytes));
        var completed = await mina.Client.Post(path + "/complete", new { });
        Assert.Equal((202, "ready"), (completed.Status, completed.Json["state"]!.GetValue<string>()));
        Assert.Equal(202, (await mina.Client.Post(path + "/complete", new { })).Status);
        var read = await mina.Client.Get(path);
        Assert.Equal(200, read.Status);
        Assert.NotEmpty(read.Headers["ETag"]);

        using var http = new HttpClient();
        using var download = await http.GetAsync(new Uri(read.Json["download"]!["url"]!.GetValue<string>()), Cancellation);
        Assert.Equal(_bytes, await download.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(Pdf, download.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", Header(download, "X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox", Header(download, "Content-Security-Policy"));
        Assert.Equal("no-store, private", string.Join(", ", Header(download, "Cache-Control").Split(", ").Order(StringComparer.Ordinal)));
        var disposition = download.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.StartsWith("attachment; ", disposition, StringComparison.Ordinal);
        Assert.Contains(
            "filename*=UTF-8''%EC%98%81%EC%88%98%EC%A6%9D%20%224711%22%3B%20a%3Db.pdf", disposition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_downloaded_as_bytes_so_that_no_browser_takes_it_for_a_page()
    {
        var mina = await host.Somebody();
        var announced = await Announce(mina, "notes.txt", "text/plain");
        Assert.Equal(204, await Upload(announced, _bytes, "text/plain"));
        var completed = await mina.Client.Post($"/v1/documents/{IdOf(announced)}/complete", new { });
        using var http = new HttpClient();
        using var download = await http.GetAsync(new Uri(completed.Json["download"]!["url"]!.GetValue<string>()), Cancellation);
        Assert.Equal("application/octet-stream", download.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Another_ones_document_is_not_there()
    {
        var (mina, juno) = (await host.Somebody(), await host.Somebody());
        var path = "/v1/documents/" + IdOf(await Announce(mina));
        (await juno.Client.Get(path)).Problem(404, "document_not_found");
        (await juno.Client.Post(path + "/complete", new { })).Problem(404, "document_not_found");
        (await juno.Client.Delete(path)).Problem(404, "document_not_found");
        (await host.Anonymous().Get(path)).Problem(401, "unauthenticated");
        Assert.Equal(200, (await mina.Client.Get(path)).Status);
    }

    [Theory]
    [InlineData("name", null)]
    [InlineData("name", "")]
    [InlineData("name", "a/b.pdf")]
    [InlineData("name", "a\\b.pdf")]
    [InlineData("name", "..")]
    [InlineData("name", "a\r\nb.pdf")]
    [InlineData("contentType", null)]
    [InlineData("contentType", "text/html")]
    [InlineData("contentType", "image/svg+xml")]
    [InlineData("contentType", "application/pdf; charset=x")]
    [InlineData("bytes", null)]
    [InlineData("bytes", 0)]
    [InlineData("bytes", -1)]
    [InlineData("bytes", 20_000_001)]
    public async Task What_is_wrong_with_a_document_is_said_of_its_field(string field, object? value)
    {
        var mina = await host.Somebody();
        var body = new Dictionary<string, object?> { ["name"] = "a.pdf", ["contentType"] = Pdf, ["bytes"] = 10, [field] = value };
        (await mina.Client.Post("/v1/documents", body)).Wrong(field);
    }

    [Fact]
    public async Task A_name_has_a_longest_length()
    {
        var mina = await host.Somebody();
        await Announce(mina, new string('ㄱ', 96) + ".pdf");
        (await mina.Client.Post("/v1/documents", new { name = new string('a', 101), contentType = Pdf, bytes = 1 })).Wrong("name");
    }

    [Fact]
    public async Task What_has_another_size_than_announced_is_rejected_and_deleted()
    {
        var mina = await host.Somebody();
        var announced = await Announce(mina);
        var id = Guid.Parse(IdOf(announced));
        // No client can do that with its signed request; a bucket that others write to may have it.
        var store = host.Services.GetRequiredService<IObjectStore>();
        await store.Put(KeyOf(id), new MemoryStream([1, 2, 3]), 3, new ObjectMeta(Pdf), Cancellation);
        var completed = await mina.Client.Post($"/v1/documents/{id}/complete", new { });
        Assert.Equal((202, "rejected"), (completed.Status, completed.Json["state"]!.GetValue<string>()));
        Assert.Equal("size_mismatch", completed.Json["reason"]!.GetValue<string>());
        Assert.Null(completed.Json["download"]);
        await NotificationSteps.Until(async () => await store.Head(KeyOf(id), Cancellation) is null);
    }

    [Fact]
    public async Task A_deleted_document_is_gone_with_its_bytes()
    {
        var mina = await host.Somebody();
        var announced = await Announce(mina);
        var id = Guid.Parse(IdOf(announced));
        Assert.Equal(204, await Upload(announced, _bytes));
        await mina.Client.Post($"/v1/documents/{id}/complete", new { });
        Assert.Equal(204, (await mina.Client.Delete($"/v1/documents/{id}")).Status);
        (await mina.Client.Get($"/v1/documents/{id}")).Problem(404, "document_not_found");
        (await mina.Client.Post($"/v1/documents/{id}/complete", new { })).Problem(404, "document_not_found");
        (await mina.Client.Delete($"/v1/documents/{id}")).Problem(404, "document_not_found");
        var store = host.Services.GetRequiredService<IObjectStore>();
        await NotificationSteps.Until(async () => await store.Head(KeyOf(id), Cancellation) is null);
    }

    [Fact]
    public async Task Who_leaves_takes_their_documents_along()
    {
        var mina = await host.Somebody();
        var ready = await Announce(mina);
        await Announce(mina);
        Assert.Equal(204, await Upload(ready, _bytes));
        await mina.Client.Post($"/v1/documents/{IdOf(ready)}/complete", new { });
        Assert.Equal(202, (await mina.Client.Delete("/v1/me")).Status);
        var left = $"SELECT count(*) FROM documents WHERE owner_id = '{mina.Id}' AND (state <> 4 OR name <> '')";
        await NotificationSteps.Until(async () => await host.Database.ScalarAsync<long>(left) == 0);
        var store = host.Services.GetRequiredService<IObjectStore>();
        await NotificationSteps.Until(async () => await store.Head(KeyOf(Guid.Parse(IdOf(ready))), Cancellation) is null);
    }

    [Fact]
    public async Task Nobody_has_more_documents_than_one_may_have()
    {
        var mina = await host.Somebody();
        var first = await Announce(mina);
        for (var i = 1; i < Host.Most; i++)
            await Announce(mina);
        (await mina.Client.Post("/v1/documents", new { name = "a.pdf", contentType = Pdf, bytes = 1 })).Problem(422, "too_many_documents");
        Assert.Equal(200, (await mina.Client.Get("/v1/documents/" + IdOf(first))).Status);
    }

    [Fact]
    public async Task A_retried_announcement_is_the_same_document()
    {
        var mina = await host.Somebody();
        var body = new { name = "a.pdf", contentType = Pdf, bytes = _bytes.Length };
        var first = await mina.Client.Post("/v1/documents", body, ("Idempotency-Key", "one"));
        var again = await mina.Client.Post("/v1/documents", body, ("Idempotency-Key", "one"));
        Assert.Equal((201, "true"), (again.Status, again.Headers["Idempotency-Replayed"]));
        Assert.Equal(IdOf(first), IdOf(again));
        Assert.Equal(204, await Upload(again, _bytes));
    }

    /// <summary>Sends bytes as an answer says; the status.</summary>
    internal static async Task<int> Upload(ApiAnswer announced, byte[] bytes, string type = Pdf)
    {
        var upload = announced.Json["upload"]!;
        using var http = new HttpClient();
        using var content = new ByteArrayContent(bytes);
        Assert.Equal(type, upload["headers"]!["Content-Type"]!.GetValue<string>());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await http.PutAsync(new Uri(upload["url"]!.GetValue<string>()), content, Cancellation);
        return (int)answer.StatusCode;
    }

    private static string KeyOf(Guid id) => $"private/documents/{id:N}";

    private static string IdOf(ApiAnswer announced) => announced.Json["document"]!["id"]!.GetValue<string>();

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private async Task<ApiAnswer> Announce(Person person, string name = "a.pdf", string type = Pdf)
    {
        var answer = await person.Client.Post("/v1/documents", new { name, contentType = type, bytes = _bytes.Length });
        Assert.Equal(201, answer.Status);
        return answer;
    }

    public sealed class Host : ApiHost
    {
        public const int Most = 5;

        protected override string[] Settings => ["--StyleShare:Documents:MaxPerPerson", "5"];
    }
}
