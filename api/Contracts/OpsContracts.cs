using System.Text.Json;
using System.Text.Json.Serialization;
using StyleShare.DeadLetters;
using StyleShare.Development;

namespace StyleShare.Api.Contracts;

/// <summary>How much work waits in a queue.</summary>
/// <param name="Type"><c>jobs</c> or <c>events</c>.</param>
/// <param name="Name">The job's kind, or the stream's namespace.</param>
/// <param name="Waiting">How many wait, for their time too.</param>
/// <param name="Due">How many of them could be done now.</param>
/// <param name="Running">How many are being done.</param>
/// <param name="OldestSeconds">For how many seconds the first of those that are due has been so.</param>
/// <param name="DonePerSecond">How many were done a second lately; absent where that is not counted.</param>
public sealed record QueueResponse(
    string Type,
    string Name,
    long Waiting,
    long Due,
    long Running,
    double OldestSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? DonePerSecond)
{
    internal static QueueResponse Of(QueueDepth queue) => new(
        queue.Type, queue.Name, queue.Waiting, queue.Due, queue.Running, Math.Round(queue.OldestDue.TotalSeconds, 3), queue.DonePerSecond);
}

/// <summary>All queues.</summary>
public sealed record QueuesResponse(IReadOnlyList<QueueResponse> Items);

/// <summary>Work that was given up.</summary>
/// <param name="Source"><c>job</c> or <c>event</c>.</param>
/// <param name="Kind">The job's kind, or the stream's namespace.</param>
/// <param name="Key">The job's or the stream's key.</param>
/// <param name="Payload">What it was to be done with.</param>
/// <param name="Error">The last error.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="History">The failed tries, the oldest first; of many only the last ones.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadLetterResponse(
    string Id,
    string Source,
    string Kind,
    string? Key,
    JsonElement Payload,
    string Error,
    int Tries,
    IReadOnlyList<FailedTryResponse> History,
    DateTime CreatedAt,
    DateTime DiedAt)
{
    internal static DeadLetterResponse Of(DeadLetter letter)
    {
        using var payload = JsonDocument.Parse(letter.Payload);
        return new DeadLetterResponse(
            letter.Id.ToString(),
            letter.Source,
            letter.Kind,
            letter.Key,
            payload.RootElement.Clone(),
            letter.Error,
            letter.Tries,
            [.. letter.History.Select(failed => new FailedTryResponse(failed.Try, failed.At.UtcDateTime, failed.Error))],
            letter.CreatedAt.UtcDateTime,
            letter.DiedAt.UtcDateTime);
    }
}

/// <summary>A try that failed.</summary>
/// <param name="Try">Which one, from 1.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Error">Why.</param>
public sealed record FailedTryResponse(int Try, DateTime EndedAt, string Error);

/// <summary>Which dead letters are meant: at least one field, and all that are given must fit.</summary>
/// <param name="Error">A part of the last error, in upper or lower case.</param>
/// <param name="DiedAfter">Given up at this time or later.</param>
/// <param name="DiedBefore">Given up before this time.</param>
public sealed record DeadLetterFilterRequest(string? Source, string? Kind, string? Error, string? DiedAfter, string? DiedBefore);

/// <summary>How many were retried or discarded.</summary>
public sealed record CountResponse(int Count);

/// <summary>What the development sender kept, newest first.</summary>
public sealed record OutboxResponse(IReadOnlyList<OutboxMessageResponse> Items);

/// <summary>A message that would have been sent.</summary>
/// <param name="Seq">Grows from message to message.</param>
/// <param name="Kind"><c>apns</c>, <c>fcm</c>, <c>webpush</c>, <c>mail</c>, or a channel of shares such as <c>x</c>.</param>
/// <param name="Address">Where to.</param>
/// <param name="Message">The message.</param>
public sealed record OutboxMessageResponse(long Seq, string Kind, string Address, JsonElement Message, DateTime CreatedAt)
{
    internal static OutboxMessageResponse Of(OutboxMessage message)
    {
        using var content = JsonDocument.Parse(message.Message);
        return new OutboxMessageResponse(
            message.Seq, message.Kind, message.Address, content.RootElement.Clone(), message.CreatedAt.UtcDateTime);
    }
}
