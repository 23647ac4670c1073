using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace StyleShare.Chaos.Tests;

/// <summary>Clients that go on while silos come and go, and write down what they were told.</summary>
internal sealed class Clients : IDisposable
{
    /// <summary>How long a test waits for what must come to pass.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const string Password = "correct horse battery";

    // One request, one connection that may be dead: what is sent to a killed silo fails at once and is told from an answer.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Paths of calls that were answered with success.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>Signs somebody up.</summary>
    public async Task<Someone> SignUp(Uri silo, string handle)
    {
        var client = new ApiClient(_http);
        var answer = await client.Post(new Uri(silo, "/v1/accounts").ToString(), new
        {
            handle,
            email = handle + "@example.com",
            password = Password,
            displayName = handle,
        });
        Assert.Equal(201, answer.Status);
        client.Token = answer.Json["accessToken"]!.GetValue<string>();
        return new Someone(client, Guid.Parse(answer.Json["user"]!["id"]!.GetValue<string>(), CultureInfo.InvariantCulture), handle);
    }

    /// <summary>Signs many people up, so that a crowd has names: <c>prefix1</c>, <c>prefix2</c>, …</summary>
    public Task<Someone[]> SignUpMany(Uri silo, string prefix, int count) => Task.WhenAll(Enumerable.Range(1, count)
        .Select(number => SignUp(silo, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}"))));

    /// <summary>A client with a token that is no person's: a till's key, an operator's.</summary>
    public ApiClient Anonymous(string token) => new(_http) { Token = token };

    /// <summary>Publishes a post; its id.</summary>
    public static async Task<Guid> Publish(Uri silo, Someone author, string caption)
    {
        var answer = await author.Client.Post(new Uri(silo, "/v1/posts").ToString(), new { caption });
        Assert.Equal(201, answer.Status);
        return Guid.Parse(answer.Json["id"]!.GetValue<string>(), CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a comment, once however often it must be asked for.</summary>
    public Task Comment(Func<Uri> silo, Someone who, Guid post, string text) => Insist(
        silo, who, HttpMethod.Post, $"/v1/posts/{post}/comments", JsonSerializer.Serialize(new { text }), Guid.NewGuid().ToString());

    /// <summary>Calls it until it is acknowledged, as a client with a stable intent does; the silo may change meanwhile.</summary>
    public async Task Insist(
        Func<Uri> silo, Someone who, HttpMethod method, string path, string? body = null, string? idempotencyKey = null)
    {
        var answer = await Ask(silo, who.Client, method, path, body, idempotencyKey);
        Assert.True(answer.Status < 300, $"{method} {path}: {answer}");
        Acknowledged.Enqueue(path);
    }

    /// <summary>Calls it until the answer is a definite one: success, or a refusal that asking again does not change.</summary>
    public static async Task<ApiAnswer> Ask(
        Func<Uri> silo, ApiClient client, HttpMethod method, string path, string? body = null, string? idempotencyKey = null)
    {
        (string, string)[] headers = idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)];
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var content = body is null ? null : ApiClient.Json(body);
                var answer = await client.Send(method, new Uri(silo(), path).ToString(), content, headers);
                if (answer.Status < 500 && !(answer.Status == 409 && answer.Json["code"]?.GetValue<string>() == "request_in_progress"))
                    return answer;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // The silo is gone, or the answer is.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>Somebody with an account.</summary>
internal sealed record Someone(ApiClient Client, Guid Id, string Handle);
