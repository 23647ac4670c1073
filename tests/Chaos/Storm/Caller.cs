using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>
/// A good client that writes down all it asks and is told: it repeats what was not answered or could not be served, with the same
/// Idempotency-Key, and now and then hangs up, or gives up.
/// </summary>
internal sealed class Caller(History history, HttpClient http, Random random, int number)
{
    // Longer than a silo is frozen at a time; the front is not waited for longer than that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const int HangsUpOneIn = 50;
    private const int GivesUpOneIn = 20;
    private const int OfAnswerKept = 300;

    /// <summary>The person's token.</summary>
    public string? Token { get; set; }

    /// <summary>Whether it may give up; while things are set up it may not.</summary>
    public bool MayGiveUp { get; set; }

    public Random Random => random;

    public int Number => number;

    /// <summary>Has something done, until it is told that it was, or never will be.</summary>
    /// <param name="request">What it sends; with a body, under an Idempotency-Key of its own.</param>
    /// <param name="read">Takes the id and the value of what was made from the answer.</param>
    /// <param name="refusals">Codes with which it may be refused.</param>
    /// <param name="already">A code that says that it was done before: if an answer was lost, by this.</param>
    /// <param name="inDoubt">Whether an answer was lost before.</param>
    public async Task<Told> Want(
        Wish wish, Call request, Func<JsonNode, (string Id, string? Value)>? read = null, string[]? refusals = null, string? already = null,
        bool inDoubt = false)
    {
        var intent = history.Begin(number, wish);
        var givesUp = MayGiveUp && random.Next(GivesUpOneIn) == 0;
        var end = history.Now + Clients.Patience;
        while (true)
        {
            var (attempt, body) = await Send(request);
            intent.Attempts.Add(attempt);
            if (IsDefinite(attempt))
            {
                history.Served(number, attempt.SentAt);
                return Conclude(intent, attempt, body, read, refusals ?? [], inDoubt || intent.IsAmbiguous ? already : null);
            }

            if (givesUp && attempt.IsAmbiguous)
                return new(intent, null);
            if (history.Now > end)
            {
                history.Surprise($"{wish.Kind} {wish.Subject} could not be done in {Clients.Patience}: {attempt}");
                return new(intent, null);
            }

            await Task.Delay(random.Next(20, 200));
        }
    }

    /// <summary>Reads what one may read; null if it cannot be had now.</summary>
    public async Task<JsonNode?> Look(string path)
    {
        var (attempt, body) = await Send(new(HttpMethod.Get, path));
        return attempt.Status == 200 ? JsonNode.Parse(body) : null;
    }

    private Told Conclude(
        Intent intent, Attempt attempt, string body, Func<JsonNode, (string Id, string? Value)>? read, string[] refusals, string? already)
    {
        var answer = body.Length == 0 ? null : JsonNode.Parse(body);
        var code = attempt.Status < 300 ? null : answer?["code"]?.GetValue<string>() ?? "";
        if (code is null)
        {
            var (id, value) = answer is null || read is null ? (null, null) : read(answer);
            intent.Acknowledge(id, value);
        }
        else if (code == already)
        {
            intent.Acknowledge(null, null);
        }
        else
        {
            intent.Refuse();
            if (!refusals.Contains(code))
                history.Surprise($"{intent.Kind} {intent.Subject} (intent {intent.Number}): {attempt}");
        }

        return new(intent, answer) { Code = code };
    }

    private static bool IsDefinite(Attempt attempt) => attempt.Status is < 500 and not 429
        && !(attempt.Status == 409 && attempt.Answer.Contains("\"request_in_progress\"", StringComparison.Ordinal))
        // nginx' own pages.
        && (attempt.Status < 400 || attempt.Answer.StartsWith('{'));

    private async Task<(Attempt Attempt, string Body)> Send(Call call)
    {
        using var limit = new CancellationTokenSource(
            MayGiveUp && random.Next(HangsUpOneIn) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 60)) : Patience);
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if ((call.Token ?? Token) is { } token)
            request.Headers.Authorization = new("Bearer", token);
        if (call.Key is not null)
            request.Headers.Add("Idempotency-Key", call.Key);
        if (call.Body is not null)
            request.Content = new StringContent(call.Body, Encoding.UTF8, "application/json");
        if (call.Bytes is not null)
            request.Content = new ByteArrayContent(call.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        var sent = history.Now;
        (Attempt, string) Came(int? status, string answer, int silos) => (new(
            $"{call.Method} {call.Path}", call.Body, call.Key, sent, history.Now, status,
            answer.Length > OfAnswerKept ? answer[..OfAnswerKept] : answer, silos), answer);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            return Came((int)response.StatusCode, text, SilosOf(response));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return Came(null, e.Message, 1);
        }
    }

    // nginx says where it has sent the request, one address after the other.
    private static int SilosOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(Nginx.Silos, out var values) ? string.Join(',', values).Split(',').Length : 1;
}

/// <summary>A request as it is sent, however often.</summary>
/// <param name="Token">Whose it is, if not the caller's own: a till's.</param>
internal sealed record Call(HttpMethod Method, string Path, string? Body = null, string? Token = null)
{
    public string? Key { get; init; }

    public byte[]? Bytes { get; init; }

    public static Call Post(string path, object body, string? token = null) =>
        new(HttpMethod.Post, path, JsonSerializer.Serialize(body), token) { Key = Guid.NewGuid().ToString() };

    public static Call Put(string path) => new(HttpMethod.Put, path);

    public static Call Delete(string path) => new(HttpMethod.Delete, path);
}

/// <summary>What came of it.</summary>
/// <param name="Answer">The last answer's body; null if there was none.</param>
internal sealed record Told(Intent Intent, JsonNode? Answer)
{
    /// <summary>The refusal's code.</summary>
    public string? Code { get; init; }

    public bool IsDone => Intent.Outcome == Outcome.Acknowledged;
}
