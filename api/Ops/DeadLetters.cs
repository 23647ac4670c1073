using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.DeadLetters;
using StyleShare.Requests;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/dead-letters</c>: what was given up, to be tried again or thrown away.</summary>
internal sealed class DeadLetters(DeadLetterStore store, DeadLetterDesk desk, Idempotency idempotency, Pages pages)
{
    private const string Tag = "Operations";

    public void Map(IEndpointRouteBuilder ops)
    {
        ops.Get("/dead-letters", List)
            .Describe(Tag, "listDeadLetters", "Jobs and events that were given up", "The last given up come first.")
            .Asks("source", "`job` or `event`.").Asks("kind", "The job's kind, or the stream's namespace.")
            .Asks("error", "A part of the last error.")
            .Asks("diedAfter", "Given up at this time or later.").Asks("diedBefore", "Given up before this time.")
            .GivesList<DeadLetterResponse>(Examples.DeadLetters).Fails(400, "invalid_fields");
        ops.Post("/dead-letters/{id}/retry", "dead_letter", Retry)
            .Describe(Tag, "retryDeadLetter", "Try one again", "From its first try.")
            .At(Examples.DeadLetterId).Gives<CountResponse>(200, Examples.OneLetter)
            .Fails(404, "dead_letter_not_found").Fails(422, "dead_letter_without_source");
        ops.Post("/dead-letters/{id}/discard", "dead_letter", Discard)
            .Describe(Tag, "discardDeadLetter", "Throw one away", "It cannot be had back.")
            .At(Examples.DeadLetterId).Gives<CountResponse>(200, Examples.OneLetter)
            .Fails(404, "dead_letter_not_found");
        ops.Post("/dead-letters/retry", RetryAll)
            .Describe(Tag, "retryDeadLetters", "Try all again that a filter means", "Those that are there now, from their first try.")
            .Takes<DeadLetterFilterRequest>(Examples.DeadLetterFilter).Gives<CountResponse>(200, Examples.OneLetter)
            .Fails(422, "dead_letter_without_source");
        ops.Post("/dead-letters/discard", DiscardAll)
            .Describe(Tag, "discardDeadLetters", "Throw all away that a filter means", "Those that are there now.")
            .Takes<DeadLetterFilterRequest>(Examples.DeadLetterFilter).Gives<CountResponse>(200, Examples.OneLetter);
    }

    private async Task List(HttpContext http)
    {
        var query = http.Request.Query;
        var fields = new Fields();
        var filter = FilterOf(fields, new DeadLetterFilterRequest(
            query["source"], query["kind"], query["error"], query["diedAfter"], query["diedBefore"]));
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (await Pages.Read(http, $"dead-letters/{filter}") is not { } request)
            return;
        var page = await store.List(filter, request.After, request.Limit, http.RequestAborted);
        await pages.Write(http, request, page, DeadLetterResponse.Of, ApiJson.Default.ListResponseDeadLetterResponse);
    }

    private Task Retry(HttpContext http, Guid id) => Settle(http, key => desk.Retry(id, key));

    private Task Discard(HttpContext http, Guid id) => Settle(http, key => desk.Discard(id, key));

    private Task RetryAll(HttpContext http) => Settle(http, (filter, key) => desk.RetryAll(filter, key, http.RequestAborted));

    private Task DiscardAll(HttpContext http) => Settle(http, (filter, key) => desk.DiscardAll(filter, key, http.RequestAborted));

    private async Task Settle(HttpContext http, Func<DeadLetterFilter, RequestKey?, Task<DeadLetterCount>> act)
    {
        if (await Bodies.Read(http, ApiJson.Default.DeadLetterFilterRequest) is not { } body)
            return;
        var fields = new Fields();
        var filter = FilterOf(fields, body);
        if (filter == new DeadLetterFilter())
            fields.Wrong("source", "One of the fields must be there, so that nobody means all by mistake.");
        if (fields.AnyWrong)
            await fields.Refuse(http);
        else
            await Settle(http, key => act(filter, key));
    }

    private Task Settle(HttpContext http, Func<RequestKey?, Task<DeadLetterCount>> act) => idempotency.Run(
        http,
        DeadLetterJson.Default.DeadLetterCount,
        act,
        count => Responses.Json(http, StatusCodes.Status200OK, new CountResponse(count.Count), ApiJson.Default.CountResponse));

    private static DeadLetterFilter FilterOf(Fields fields, DeadLetterFilterRequest given) => new(
        TextOf(fields, "source", given.Source),
        TextOf(fields, "kind", given.Kind),
        TextOf(fields, "error", given.Error),
        TimeOf(fields, "diedAfter", given.DiedAfter),
        TimeOf(fields, "diedBefore", given.DiedBefore));

    private static string? TextOf(Fields fields, string field, string? text)
    {
        if (text is { Length: 0 or > 200 } || text?.Contains('\0', StringComparison.Ordinal) == true)
            fields.Wrong(field, "Must be 1 to 200 characters.");
        return text;
    }

    private static DateTimeOffset? TimeOf(Fields fields, string field, string? text)
    {
        if (text is null)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.ToUniversalTime();
        fields.Wrong(field, "Must be a time as in RFC 3339.");
        return null;
    }
}
