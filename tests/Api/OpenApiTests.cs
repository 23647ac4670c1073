using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Mail;

namespace StyleShare.Api.Tests;

public sealed partial class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    // The story that the examples tell, in its order; Mina calls all but the second sign-up.
    private static readonly string[] Story =
    [
        "signUp", "signIn", "refreshSession", "editMe", "follow", "getUser", "listFollowers", "listFollowing",
        "announcePhoto", "completePhoto", "getPhoto", "publishPost",
        "editPost", "countUnread", "listNotifications", "markRead", "getPreferences", "putPreferences", "putDevice", "deleteDevice",
        "likePost", "savePost", "addComment", "getPost", "listLikes", "listComments", "listSaved",
        "listPostsOfUser", "listPostsOfTag", "readFeed", "sendEmailVerification", "verifyEmail", "getMe", "unlikePost",
        "unsavePost", "deleteComment", "openMerchant", "correctPoints", "editMerchant", "getMerchant", "addApiKey", "deleteApiKey",
        "getMemberCode", "redeem", "renewRedemptionCode", "captureRedemption", "voidRedemption", "getRedemption", "listRedemptions",
        "givePoints", "listPoints", "getPoints", "listEntries",
        "share", "getShare", "putConnection", "listConnections", "deleteConnection",
        "announceDocument", "completeDocument", "getDocument", "deleteDocument",
        "recordPurchase", "refundPurchase", "listPurchasesOfMerchant", "listMyPurchases",
        "deletePost", "unfollow", "block", "unblock", "mute", "unmute", "unsubscribe", "signOut",
        "askPasswordReset", "resetPassword", "eraseMe", "listOutbox", "listQueues", "listSilos", "getScale", "auditLedger", "listDeadLetters", "retryDeadLetter",
        "retryDeadLetters", "discardDeadLetter", "discardDeadLetters",
    ];

    // As large as the one that the examples tell of.
    private static readonly byte[] Photo = DrawnPicture.Png(4_032, 3_024);

    [Fact]
    public async Task Every_example_of_the_served_document_runs_and_is_answered_as_it_says()
    {
        var document = await Document();
        var calls = Calls(document).ToDictionary(call => call.Name, StringComparer.Ordinal);
        // The live stream is no single answer; NotificationTests follow it.
        Assert.True(calls.Remove("streamNotifications"));
        Assert.True(calls.Remove("streamPhoto"));
        // A statement is no JSON, and names its account in the query; LedgerTests read it.
        Assert.True(calls.Remove("getLedgerStatement"));
        // That would be the end of the story; DrainTests do it.
        Assert.True(calls.Remove("drainSilo"));
        Assert.Equal(Story.Order(StringComparer.Ordinal), calls.Keys.Order(StringComparer.Ordinal));

        var (person, juno) = (host.Anonymous(), host.Anonymous());
        // The examples tell of a server where ./run starts it.
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["http://localhost:8080"] = host.Address.GetLeftPart(UriPartial.Authority),
        };
        foreach (var name in Story)
        {
            var call = calls[name];
            var ofOperators = call.Path.StartsWith("/ops/", StringComparison.Ordinal);
            var client = ofOperators ? host.Operator() : call.IsOfTills ? Till(known) : person;
            if (name == "eraseMe")
                await LogInAgain(client);
            if (ofOperators)
                await GiveUpAJob(known);
            if (name == "countUnread")
                await LikeAndWait(juno, client, Put(calls["likePost"].Path, known));
            if (name == "announcePhoto")
                known["2412339"] = Photo.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (name == "getPhoto")
                await PhotoIsReady(client, Put(call.Path, known));
            if (name == "likePost")
                Assert.Equal(204, (await juno.Delete(Put(call.Path, known))).Status);
            if (name == "redeem")
                await GivePoints(known);
            await LearnTokens(name, known);
            foreach (var (example, body) in call.Bodies)
            {
                var answer = await client.Send(
                    new HttpMethod(call.Method), Put(call.Path, known), body is null ? null : ApiClient.Json(Put(body, known)),
                    [.. call.NeedsKey ? [("Idempotency-Key", name + example)] : Array.Empty<(string, string)>()]);
                Assert.True(call.Status == answer.Status, $"{name}: {call.Status} expected, but it was {answer.Status}: {answer.Text}");
                var expected = call.Answer(example);
                if (expected is null)
                    Assert.Empty(answer.Text);
                else if (name == "listOutbox")
                    Assert.Contains(answer.Items, message => message!["kind"]!.GetValue<string>() == "mail");
                else if (name == "listQueues")
                    Assert.Contains(answer.Items, queue => queue!["name"]!.GetValue<string>() == "erase-account");
                else if (name == "listSilos")
                    Assert.Equal(host.Address.Authority, Assert.Single(answer.Items)!["address"]!.GetValue<string>());
                else if (name == "getScale")
                    Assert.InRange(answer.Json["wanted"]!.GetValue<int>(), 1, 10);
                else
                    Same(name, expected, answer.Json, known);
                if (name == "announcePhoto")
                    Assert.InRange(await answer.Json.Send(Photo), 200, 204);
                if (name == "announceDocument")
                    Assert.Equal(204, await DocumentTests.Upload(answer, new byte[48_213]));
                if (name == "signUp")
                    (example == "mina" ? client : juno).Token = answer.Json["accessToken"]!.GetValue<string>();
            }
        }
    }

    [Fact]
    public async Task The_document_is_OpenAPI_3_1_and_says_all_of_every_call()
    {
        var document = await Document();
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("http", document["components"]!["securitySchemes"]!["bearer"]!["type"]!.GetValue<string>());
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var name = $"{method} {path}";
                Assert.False(string.IsNullOrEmpty(operation!["summary"]?.GetValue<string>()), name);
                Assert.NotEmpty(operation["tags"]!.AsArray());
                Assert.Equal(!path.StartsWith("/v1/accounts", StringComparison.Ordinal) && !IsLogin(path), operation["security"] is not null);
                Assert.True(operation["responses"]!.AsObject().ContainsKey("503"), name);
                Assert.All(
                    operation["responses"]!.AsObject().Where(response => response.Key[0] >= '4'),
                    response => Assert.NotNull(response.Value!["content"]!["application/problem+json"]!["schema"]));
                if (operation["requestBody"] is { } body)
                    Assert.NotNull(body["content"]!["application/json"]!["schema"]);
            }
        }

        static bool IsLogin(string path) => path is "/v1/sessions" or "/v1/sessions/refresh" or "/v1/password-resets"
            or "/v1/password-resets/{token}" or "/v1/email-verifications/{token}" or "/v1/unsubscribe/{token}";
    }

    [Fact]
    public async Task The_document_refers_to_nothing_that_is_not_in_it()
    {
        var document = await Document();
        foreach (Match reference in Reference().Matches(document.ToJsonString()))
        {
            JsonNode? node = document;
            foreach (var part in reference.Groups["to"].Value.Split('/'))
                node = node?[part];
            Assert.True(node is not null, reference.Value);
        }
    }

    [Fact]
    public async Task Every_example_fits_its_schema()
    {
        var document = await Document();
        foreach (var call in Calls(document))
        {
            foreach (var (where, body) in call.AllBodies)
            {
                foreach (var (name, example) in body["examples"]!.AsObject())
                    Fits(document, $"{call.Name} {where} {name}", body["schema"]!, example!["value"]);
            }
        }
    }

    // Objects have what their schema requires and nothing that it does not know; all else is what its type says.
    private static void Fits(JsonNode document, string where, JsonNode schema, JsonNode? value)
    {
        if (schema["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!;
        if (schema["oneOf"] is JsonArray either)
            schema = value is null ? either[0]! : either[^1]!;
        if (schema["$ref"] is not null)
        {
            Fits(document, where, schema, value);
            return;
        }

        // Anything.
        if (schema["type"] is null)
            return;
        var type = value is null ? "null" : value.GetValueKind().ToString().ToLowerInvariant() is "true" or "false" ? "boolean"
            : value.GetValueKind().ToString().ToLowerInvariant();
        var allowed = schema["type"] is JsonArray many ? many.Select(each => each!.GetValue<string>()) : [schema["type"]!.GetValue<string>()];
        Assert.Contains(type, allowed.Select(each => each == "integer" ? "number" : each));
        switch (value)
        {
            case JsonObject when schema["properties"] is null:
                break;
            case JsonObject fields:
                var known = schema["properties"]!.AsObject();
                Assert.All(schema["required"]?.AsArray() ?? [], field => Assert.True(fields.ContainsKey(field!.GetValue<string>()), $"{where}.{field}"));
                foreach (var (name, field) in fields)
                    Fits(document, $"{where}.{name}", known[name] ?? throw new InvalidOperationException($"{where}.{name} is not in the schema."), field);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Fits(document, where + "[]", schema["items"]!, item);
                break;
        }
    }

    [Fact]
    public async Task The_docs_page_comes_with_all_that_it_needs()
    {
        var client = host.Anonymous();
        var page = await client.Get("/docs/index.html");
        Assert.Equal(200, page.Status);
        var links = Link().Matches(page.Text).Select(match => match.Groups["to"].Value).ToList();
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            Assert.DoesNotContain("//", link, StringComparison.Ordinal);
            Assert.Equal(200, (await client.Get("/docs/" + link.TrimStart('.', '/'))).Status);
        }

        var redirect = await client.Get("/docs");
        Assert.InRange(redirect.Status, 200, 399);
    }

    // Mina's points, as a purchase gives them.
    private Task GivePoints(Dictionary<string, string> known)
    {
        var (shop, mina) = (Guid.Parse(known["0199d1a6-4000-7a10-8c2b-6f1d2e3a4b01"]), Guid.Parse(known["0199d1a4-5e00-7a10-8c2b-6f1d2e3a4b5c"]));
        return host.GivePoints(shop, mina, 1_000, new DateTimeOffset(2027, 3, 3, 0, 0, 0, TimeSpan.Zero), "till-1 2026-03-02 0017");
    }

    // A till of the shop that the story opened.
    private ApiClient Till(Dictionary<string, string> known)
    {
        var till = host.Anonymous();
        till.Token = known.First(pair => pair.Key.Contains("-first-Key", StringComparison.Ordinal)).Value;
        return till;
    }

    private async Task<JsonNode> Document()
    {
        var answer = await host.Anonymous().Get("/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    private static IEnumerable<Call> Calls(JsonNode document)
    {
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
                yield return Call.Of(path, method, operation!);
        }
    }

    // Of Mina's photo, which has long been ready: there is nothing left to do when it is tried again.
    private Task GiveUpAJob(Dictionary<string, string> known) => host.Database.ExecuteAsync(Put(
        """
        INSERT INTO dead_letters (id, source, kind, payload, error, tries, history, created_at, died_at)
        VALUES ('0199d1a6-3000-7f65-9b7a-be6c7d8e9fab', 'job', 'render-photo',
            '{"photo":"0199d1a4-f000-7e54-8a6f-ad5b6c7e8f9a"}', 'TimeoutException: store', 2,
            '[{"try":1,"at":"2026-03-02T09:30:00Z","error":"TimeoutException: store"},
              {"try":2,"at":"2026-03-02T09:31:00Z","error":"TimeoutException: store"}]', now(), now())
        ON CONFLICT DO NOTHING
        """,
        known));

    // What is in the mails' links.
    private async Task LearnTokens(string name, Dictionary<string, string> known)
    {
        if (name == "verifyEmail")
            known["CfDJ8-verification-bWluYUBleGFtcGxl"] = await host.TokenInMail("mina@example.com", "/v1/email-verifications/");
        if (name == "resetPassword")
            known["AZnRpF4Aeyw1bHF0ZW4tcmVzZXQtdG9rZW4"] = await host.TokenInMail("mina@example.com", "/v1/password-resets/");
        if (name == "unsubscribe")
        {
            var mina = await host.Database.ScalarAsync<Guid>("SELECT id FROM users WHERE handle = 'mina'");
            var link = host.Services.GetRequiredService<UnsubscribeLinks>().For(mina, "digest");
            known["CfDJ8-unsubscribe-9Q2h0dHBzOi8v"] = link.AbsolutePath.Split('/')[^1];
        }
    }

    private static async Task LogInAgain(ApiClient client)
    {
        var answer = await client.Post("/v1/sessions", new { login = "mina", password = "cotton and 한옥" });
        Assert.Equal(201, answer.Status);
        client.Token = answer.Json["accessToken"]!.GetValue<string>();
    }

    // Juno likes the post, and Mina is told of it.
    private static async Task LikeAndWait(ApiClient juno, ApiClient mina, string like)
    {
        Assert.Equal(204, (await juno.Put(like)).Status);
        await NotificationSteps.Until(async () => (await mina.Get("/v1/notifications/unread")).Json["count"]!.GetValue<long>() == 1);
    }

    private static Task PhotoIsReady(ApiClient mina, string photo) =>
        NotificationSteps.Until(async () => (await mina.Get(photo)).Json["state"]!.GetValue<string>() == "ready");

    private static string Put(string text, Dictionary<string, string> known) =>
        known.Aggregate(text, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    // The same shape and the same values, but for what a server makes: ids and tokens are learned, times are any.
    private static void Same(string where, JsonNode? expected, JsonNode? actual, Dictionary<string, string> known)
    {
        switch (expected)
        {
            case JsonObject fields:
                Assert.Equal(fields.Select(field => $"{where}.{field.Key}"), actual!.AsObject().Select(field => $"{where}.{field.Key}"));
                foreach (var (name, value) in fields)
                    Same($"{where}.{name}", value, actual[name], known);
                break;
            case JsonArray items:
                Assert.True(items.Count == actual!.AsArray().Count, $"{where}: {items.Count} items expected: {actual.ToJsonString()}");
                for (var i = 0; i < items.Count; i++)
                    Same($"{where}[{i}]", items[i], actual[i], known);
                break;
            // Signed anew each time.
            case JsonValue value when value.ToString().Contains("/private/documents/", StringComparison.Ordinal):
                Assert.Contains("/objects/private/documents/", actual!.GetValue<string>(), StringComparison.Ordinal);
                break;
            case JsonValue value when IsOfPicture(where, value):
                Assert.Equal(known.GetValueOrDefault(value.GetValue<string>()) ?? actual!.GetValue<string>(), actual!.GetValue<string>());
                known[value.GetValue<string>()] = actual!.GetValue<string>();
                break;
            case JsonValue value when where.EndsWith("At", StringComparison.Ordinal):
                Assert.EndsWith("Z", actual!.GetValue<string>(), StringComparison.Ordinal);
                break;
            case JsonValue value when where.EndsWith("Token", StringComparison.Ordinal) || where.EndsWith("apiKey", StringComparison.Ordinal)
                || where.EndsWith(".code", StringComparison.Ordinal):
                known[value.GetValue<string>()] = actual!.GetValue<string>();
                break;
            case JsonValue value when where.EndsWith("id", StringComparison.OrdinalIgnoreCase) && !known.ContainsKey(value.GetValue<string>()):
                known[value.GetValue<string>()] = actual!.GetValue<string>();
                break;
            default:
                Assert.Equal($"{where}: {Put(expected?.ToJsonString() ?? "null", known)}", $"{where}: {actual?.ToJsonString() ?? "null"}");
                break;
        }
    }

    // What follows from the bytes of the picture, or from where the server is.
    private static bool IsOfPicture(string where, JsonValue value) =>
        where.EndsWith(".placeholder", StringComparison.Ordinal) || where.EndsWith(".color", StringComparison.Ordinal)
        || (where.EndsWith(".url", StringComparison.Ordinal) && value.GetValue<string>().Contains("/objects/", StringComparison.Ordinal));

    [GeneratedRegex("\"#/(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Reference();

    [GeneratedRegex("(src|href)=\"(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Link();

    private sealed record Call(string Name, string Method, string Path, int Status, JsonNode Operation)
    {
        public static Call Of(string path, string method, JsonNode operation)
        {
            var filled = new StringBuilder(path);
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                if (parameter!["in"]!.GetValue<string>() == "path")
                    filled.Replace("{" + parameter["name"] + "}", parameter["example"]!.GetValue<string>());
            }

            var success = operation["responses"]!.AsObject().Single(response => response.Key[0] == '2');
            return new Call(
                operation["operationId"]!.GetValue<string>(), method.ToUpperInvariant(), filled.ToString(),
                int.Parse(success.Key, System.Globalization.CultureInfo.InvariantCulture), operation);
        }

        public bool IsOfTills => Operation["security"]?[0]!["till"] is not null;

        public bool NeedsKey => Operation["parameters"]?.AsArray().Any(
            parameter => parameter!["name"]!.GetValue<string>() == "Idempotency-Key" && parameter["required"]?.GetValue<bool>() == true) == true;

        public IEnumerable<(string Example, string? Body)> Bodies =>
            Operation["requestBody"]?["content"]!["application/json"]!["examples"]!.AsObject()
                .Select(example => (example.Key, (string?)example.Value!["value"]!.ToJsonString()))
            ?? [("", null)];

        /// <summary>The request's body and the answer's, those that there are.</summary>
        public IEnumerable<(string Where, JsonNode Body)> AllBodies
        {
            get
            {
                if (Operation["requestBody"]?["content"]?["application/json"] is { } request)
                    yield return ("request", request);
                foreach (var (status, response) in Operation["responses"]!.AsObject())
                {
                    if (response!["content"]?["application/json"] is { } body)
                        yield return (status, body);
                }
            }
        }

        // The answer's example of the same name, or the only one.
        public JsonNode? Answer(string example)
        {
            var response = Operation["responses"]!.AsObject().Single(each => each.Key[0] == '2').Value!;
            if (response["content"]?["application/json"]?["examples"]?.AsObject() is not { } examples)
                return null;
            return (examples.TryGetPropertyValue(example, out var named) ? named : examples.Single().Value)!["value"];
        }
    }
}
