using System.Collections.Immutable;
using System.Diagnostics;

namespace Orleans.Embedded;

/// <summary>What <see cref="Runtime.RequestContext"/> holds at one moment.</summary>
internal sealed record RequestContextData(ImmutableDictionary<string, object> Values, Guid ReentrancyId, ActivityContext Trace)
{
    public static readonly RequestContextData Empty = new(ImmutableDictionary<string, object>.Empty, Guid.Empty, default);

    public bool IsTraced => Trace != default;

    public bool IsOfReentrantChain => ReentrancyId != Guid.Empty;

    // Nothing to carry is null, which costs a call nothing.
    public RequestContextData? OrNull() => Values.IsEmpty && ReentrancyId == Guid.Empty && Trace == default ? null : this;
}
