using System.Net;
using System.Text.RegularExpressions;

namespace StyleShare.Page.Tests;

/// <summary>How the page's files are served.</summary>
public sealed partial class PageFileTests(Stage stage)
{
    [Fact]
    public async Task The_page_says_what_it_may_do_and_its_files_are_kept_for_ever()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = stage.Address };
        using var page = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-cache", page.Headers.CacheControl!.ToString());

        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var files = Address().Matches(html).Select(match => match.Value).ToList();
        Assert.Contains(files, file => file.EndsWith("/views/feed.js", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl!.MaxAge);
            Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
            using var again = new HttpRequestMessage(HttpMethod.Get, file);
            again.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
            again.Headers.TryAddWithoutValidation("If-None-Match", answer.Headers.ETag!.ToString());
            using var known = await http.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        }
    }

    [Theory]
    [InlineData("/page/old/main.js", HttpStatusCode.OK)]
    [InlineData("/page/old/nothing.js", HttpStatusCode.NotFound)]
    [InlineData("/page/old/index.html", HttpStatusCode.NotFound)]
    [InlineData("/page/old/..%2fmain.js", HttpStatusCode.NotFound)]
    public async Task A_file_of_another_version_is_not_kept_and_what_is_not_there_is_not_found(string path, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = stage.Address };
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(answer.Headers.CacheControl!.ToString(), (string[])["no-cache", "no-store"]);
    }

    [GeneratedRegex("/page/[0-9a-f]{16}/[a-z0-9/.]+", RegexOptions.None, 1_000)]
    private static partial Regex Address();
}
