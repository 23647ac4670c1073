using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace StyleShare.Testing;

/// <summary>What an app does to upload a photo.</summary>
public static class PhotoUploads
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly HttpClient Storage = new(new SocketsHttpHandler { UseCookies = false });

    /// <summary>Announces a photo; the answer.</summary>
    /// <param name="silo">Which one is asked; null where the client knows.</param>
    public static async Task<JsonNode> Announce(
        this ApiClient client, long bytes, string? sha256 = null, string contentType = "image/png", Uri? silo = null)
    {
        var answer = await client.Post(At(silo, "/v1/photos"), new { contentType, bytes, sha256 });
        Assert.True(answer.Status == 201, answer.ToString());
        return answer.Json;
    }

    /// <summary>The id of an announced photo.</summary>
    public static string PhotoId(this JsonNode announced) => announced["photo"]!["id"]!.GetValue<string>();

    /// <summary>Sends bytes by the request that the announcement gave; the status.</summary>
    public static async Task<int> Send(this JsonNode announced, byte[] bytes)
    {
        var upload = announced["upload"]!;
        using var request = new HttpRequestMessage(new(upload["method"]!.GetValue<string>()), upload["url"]!.GetValue<string>())
        {
            Content = new ByteArrayContent(bytes),
        };
        foreach (var (name, value) in upload["headers"]!.AsObject())
        {
            if (string.Equals(name, "Content-Type", StringComparison.OrdinalIgnoreCase))
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value!.GetValue<string>());
            else if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
                Assert.True(request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()));
        }

        using var answer = await Storage.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>Announces, sends and completes a photo; its id.</summary>
    public static async Task<string> Upload(this ApiClient client, byte[] bytes, Uri? silo = null)
    {
        var announced = await client.Announce(bytes.Length, silo: silo);
        Assert.InRange(await announced.Send(bytes), 200, 204);
        var completed = await client.Post(At(silo, $"/v1/photos/{announced.PhotoId()}/complete"), new { });
        Assert.True(completed.Status == 202, completed.ToString());
        return announced.PhotoId();
    }

    /// <summary>Waits until the photo is ready or rejected.</summary>
    public static async Task<JsonNode> Final(this ApiClient client, string photo, Uri? silo = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            var answer = await client.Get(At(silo, "/v1/photos/" + photo));
            Assert.True(answer.Status == 200, answer.ToString());
            if (answer.Json["state"]!.GetValue<string>() is "ready" or "rejected")
                return answer.Json;
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }

    /// <summary>Gets what everybody may read.</summary>
    public static async Task<HttpResponseMessage> Read(string url) =>
        await Storage.GetAsync(new Uri(url), TestContext.Current.CancellationToken);

    private static string At(Uri? silo, string path) => silo is null ? path : new Uri(silo, path).ToString();
}
