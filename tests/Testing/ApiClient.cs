using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace StyleShare.Testing;

/// <summary>Calls the API as a client would.</summary>
public sealed class ApiClient(HttpClient http)
{
    /// <summary>The access token; null for nobody.</summary>
    public string? Token { get; set; }

    public Task<ApiAnswer> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> Post(string path, object body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, Json(JsonSerializer.Serialize(body)), headers);

    public Task<ApiAnswer> PostText(string path, string json, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, Json(json), headers);

    public Task<ApiAnswer> Patch(string path, string json, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Patch, path, Json(json), headers);

    public Task<ApiAnswer> Put(string path, object body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, path, Json(JsonSerializer.Serialize(body)), headers);

    public Task<ApiAnswer> Put(string path) => Send(HttpMethod.Put, path, null);

    public Task<ApiAnswer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public async Task<ApiAnswer> Send(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (Token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(
            (int)answer.StatusCode,
            text,
            answer.Content.Headers.ContentType?.ToString(),
            answer.Headers.Concat(answer.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public static HttpContent Json(string json) => Bytes(Encoding.UTF8.GetBytes(json));

    public static HttpContent Bytes(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

/// <summary>What the API answered.</summary>
public sealed record ApiAnswer(int Status, string Text, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public JsonArray Items => Json["items"]!.AsArray();

    public string? Next => Json["next"]?.GetValue<string>();

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Text}";

    /// <summary>Checks that it is a problem in the form that every problem has.</summary>
    public JsonNode Problem(int status, string code)
    {
        Assert.True(status == Status, $"{status} {code} expected, but it was {Status}: {Text}");
        Assert.Equal("application/problem+json", ContentType);
        var problem = Json;
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.Equal("urn:styleshare:problem:" + code, problem["type"]!.GetValue<string>());
        Assert.NotEmpty(problem["title"]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        Assert.NotEmpty(problem["traceId"]!.GetValue<string>());
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        if (status == 401)
            Assert.StartsWith("Bearer", Headers["WWW-Authenticate"], StringComparison.Ordinal);
        return problem;
    }

    /// <summary>Checks that it is a 400 that names the field.</summary>
    public void Wrong(string field)
    {
        var problem = Problem(400, "invalid_fields");
        Assert.Contains(field, problem["errors"]!.AsObject().Select(error => error.Key));
    }
}
