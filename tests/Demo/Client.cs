using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace StyleShare.Demo;

/// <summary>What went wrong so that the demo cannot go on.</summary>
internal sealed class DemoException(string message) : Exception(message);

/// <summary>The HTTP API as a careful client uses it: waits when told to, tries again what may be tried again.</summary>
internal sealed class Client(Uri address) : IDisposable
{
    public const string Password = "styleshare demo";

    // Enough for the API to be away for half a minute.
    private const int MaxTries = 12;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, string> _tokens = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 32 })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Makes the account, or signs in if it is there already.</summary>
    /// <returns>The person's id, and whether the account is new.</returns>
    public async Task<(string Id, bool New)> SignUp(Person person)
    {
        var body = new JsonObject
        {
            ["handle"] = person.Handle,
            ["email"] = person.Email,
            ["password"] = Password,
            ["displayName"] = person.DisplayName,
            ["locale"] = person.Locale,
        };
        using var response = await SendOnce(HttpMethod.Post, "/v1/accounts", $"demo-person-{person.Number}", body, person: null);
        var made = response.StatusCode == HttpStatusCode.Created && !response.Headers.Contains("Idempotency-Replayed");
        if (made)
        {
            var answer = await Read(response);
            _tokens[person.Number] = (string)answer["accessToken"]!;
            return ((string)answer["user"]!["id"]!, true);
        }
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.Conflict))
            throw await Unexpected(response);
        await SignIn(person);
        var me = await Send(HttpMethod.Get, "/v1/me", person);
        return ((string)me!["id"]!, false);
    }

    /// <summary>Sends a request as a person; a new token is fetched when the old one has expired.</summary>
    /// <param name="key">The idempotency key of a POST.</param>
    public async Task<JsonNode?> Send(HttpMethod method, string path, Person person, JsonObject? body = null, string? key = null)
    {
        var response = await SendOnce(method, path, key, body, person);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response.Dispose();
            await SignIn(person);
            response = await SendOnce(method, path, key, body, person);
        }
        using (response)
        {
            if (!response.IsSuccessStatusCode)
                throw await Unexpected(response);
            return response.StatusCode == HttpStatusCode.NoContent ? null : await Read(response);
        }
    }

    /// <summary>Uploads a picture as one of a person's photos.</summary>
    /// <returns>The photo's id; its renditions are made meanwhile.</returns>
    public async Task<string> Upload(Person person, byte[] picture, string key)
    {
        var announced = await Send(
            HttpMethod.Post, "/v1/photos", person, new JsonObject { ["contentType"] = "image/png", ["bytes"] = picture.Length }, key);
        var id = (string)announced!["photo"]!["id"]!;
        if ((string?)announced["photo"]!["state"] == "awaitingUpload")
            await Put(announced["upload"]!, picture);
        await Send(HttpMethod.Post, $"/v1/photos/{id}/complete", person, [], key + "-complete");
        return id;
    }

    public void Dispose() => _http.Dispose();

    // Straight to object storage, with the headers that were signed.
    private async Task Put(JsonNode upload, byte[] picture)
    {
        using var response = await Patiently(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, (string)upload["url"]!) { Content = new ByteArrayContent(picture) };
            foreach (var (name, value) in upload["headers"]!.AsObject())
            {
                if (!request.Headers.TryAddWithoutValidation(name, (string)value!))
                    request.Content.Headers.TryAddWithoutValidation(name, (string)value!);
            }

            return request;
        });
        if (!response.IsSuccessStatusCode)
            throw await Unexpected(response);
    }

    private async Task SignIn(Person person)
    {
        var body = new JsonObject { ["login"] = person.Handle, ["password"] = Password };
        using var response = await SendOnce(HttpMethod.Post, "/v1/sessions", key: null, body, person: null);
        if (!response.IsSuccessStatusCode)
            throw await Unexpected(response);
        _tokens[person.Number] = (string)(await Read(response))["accessToken"]!;
    }

    private Task<HttpResponseMessage> SendOnce(HttpMethod method, string path, string? key, JsonObject? body, Person? person) =>
        Patiently(() => Make(method, path, key, body, person));

    private async Task<HttpResponseMessage> Patiently(Func<HttpRequestMessage> make)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                using var request = make();
                var response = await _http.SendAsync(request);
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    || attempt == MaxTries)
                    return response;
                pause = response.Headers.RetryAfter?.Delta ?? LongestPause;
                response.Dispose();
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException && attempt < MaxTries)
            {
                pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 << attempt));
            }
            await Task.Delay(pause);
        }
    }

    private HttpRequestMessage Make(HttpMethod method, string path, string? key, JsonObject? body, Person? person)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (person is not null)
            request.Headers.Authorization = new("Bearer", _tokens[person.Number]);
        return request;
    }

    private static async Task<JsonNode> Read(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonNode>() ?? throw await Unexpected(response);

    private static async Task<DemoException> Unexpected(HttpResponseMessage response)
    {
        var request = response.RequestMessage!;
        return new DemoException($"{request.Method} {request.RequestUri} answered {(int)response.StatusCode}: "
            + await response.Content.ReadAsStringAsync());
    }
}
