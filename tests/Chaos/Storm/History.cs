using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>What clients wanted, asked and were told, and what struck meanwhile. Times count from its beginning.</summary>
internal sealed class History
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Intent> _intents = new();
    private readonly ConcurrentQueue<Blow> _blows = new();
    private readonly ConcurrentQueue<string> _surprises = new();
    private readonly ConcurrentDictionary<int, TimeSpan> _served = new();
    private int _count;

    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public IReadOnlyCollection<Intent> Intents => _intents;

    public IReadOnlyCollection<Blow> Blows => _blows;

    /// <summary>Answers that a client had no reason to expect.</summary>
    public IReadOnlyCollection<string> Surprises => _surprises;

    /// <summary>Somebody wants something.</summary>
    public Intent Begin(int client, Wish wish)
    {
        var intent = new Intent(Interlocked.Increment(ref _count), client, wish);
        _intents.Enqueue(intent);
        return intent;
    }

    /// <summary>A fault begins.</summary>
    public Blow Strike(string fault)
    {
        var blow = new Blow(fault, Now);
        _blows.Enqueue(blow);
        return blow;
    }

    /// <summary>A client was told what it asked then.</summary>
    public void Served(int client, TimeSpan sentAt) => _served[client] = sentAt;

    /// <summary>Whether a client was told something that it asked after that.</summary>
    public bool WasServedSince(int client, TimeSpan moment) => _served.GetValueOrDefault(client) > moment;

    public void Surprise(string what) => _surprises.Enqueue(what);

    /// <summary>Writes all of it as JSON, a line for what each client wanted, with all attempts.</summary>
    public async Task Dump(string file)
    {
        await using var writer = new StreamWriter(file);
        foreach (var blow in _blows)
            await writer.WriteLineAsync(JsonSerializer.Serialize(blow, Readable));
        foreach (var intent in _intents)
            await writer.WriteLineAsync(JsonSerializer.Serialize(intent, Readable));
    }
}

/// <summary>What a client knows of something that it wanted.</summary>
internal enum Outcome
{
    /// <summary>It gave up before it was told.</summary>
    Unknown,

    /// <summary>It is done.</summary>
    Acknowledged,

    /// <summary>It is not done, and never will be.</summary>
    Refused,
}

/// <summary>A change that somebody wants, and what the database is to have for it.</summary>
/// <param name="Kind">Which rows they are; see <see cref="Evidence"/>.</param>
/// <param name="Subject">Names the row in a way that client and database both know before it is there.</param>
/// <param name="Value">What the row is to say, as far as it is known before the answer.</param>
internal sealed record Wish(string Kind, string Subject, string Value);

/// <summary>One thing that a client wanted, with all that it did for it.</summary>
internal sealed class Intent(int number, int client, Wish wish)
{
    public int Number => number;

    public int Client => client;

    public string Kind => wish.Kind;

    public string Subject => wish.Subject;

    /// <summary>What the row is to say; once it is acknowledged, as the answer says.</summary>
    public string Value { get; private set; } = wish.Value;

    public Outcome Outcome { get; private set; }

    /// <summary>The id that the answer gave.</summary>
    public string? Id { get; private set; }

    public List<Attempt> Attempts { get; } = [];

    /// <summary>Whether some attempt may have been done, or may be yet, that nobody told of.</summary>
    [JsonIgnore]
    public bool IsAmbiguous => Attempts.Exists(attempt => attempt.IsAmbiguous);

    public void Acknowledge(string? id, string? value) => (Outcome, Id, Value) = (Outcome.Acknowledged, id, value ?? Value);

    public void Refuse() => Outcome = Outcome.Refused;
}

/// <summary>One request and what came of it.</summary>
/// <param name="Status">Null if no answer came.</param>
/// <param name="Answer">The body, or what went wrong instead.</param>
/// <param name="Silos">How many silos nginx gave it to.</param>
internal sealed record Attempt(
    string Request, string? Body, string? Key, TimeSpan SentAt, TimeSpan AnsweredAt, int? Status, string Answer, int Silos)
{
    // What a silo does after it said so itself is another attempt's; but one that nginx gave up on may still be at it.
    [JsonIgnore]
    public bool IsAmbiguous => Status is null or >= 500 || Silos > 1;
}

/// <summary>A fault: when it began, and when it was over (a killed silo started again).</summary>
internal sealed class Blow(string fault, TimeSpan at)
{
    public string Fault => fault;

    public TimeSpan At => at;

    public TimeSpan? Over { get; set; }
}
