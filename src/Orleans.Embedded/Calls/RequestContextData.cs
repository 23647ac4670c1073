using System.Collections.Immutable;

namespace Orleans.Embedded;

/// <summary>What <see cref="Runtime.RequestContext"/> holds at one moment.</summary>
internal sealed record RequestContextData(ImmutableDictionary<string, object> Values, Guid ReentrancyId)
{
    public static readonly RequestContextData Empty = new(ImmutableDictionary<string, object>.Empty, Guid.Empty);

    // Nothing to carry is null, which costs a call nothing.
    public RequestContextData? OrNull() => Values.IsEmpty && ReentrancyId == Guid.Empty ? null : this;
}
