using System.Text.Json.Serialization;

namespace StyleShare.Api.Contracts;

/// <summary>What went wrong (RFC 9457).</summary>
/// <param name="Type">Names the kind of problem; as stable as <paramref name="Code"/>.</param>
/// <param name="Title">The kind of problem in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What went wrong this time.</param>
/// <param name="Code">What programs go by; never changes its meaning.</param>
/// <param name="TraceId">Finds the request in the service's traces and logs.</param>
/// <param name="Errors">For each field that is not as it should be, what is wrong with it.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string[]>? Errors = null);
