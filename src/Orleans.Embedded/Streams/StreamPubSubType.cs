namespace Orleans.Streams;

/// <summary>Kinds of subscriptions.</summary>
public enum StreamPubSubType
{
    /// <summary>All.</summary>
    ExplicitGrainBasedAndImplicit,

    /// <summary>Those that grains make.</summary>
    ExplicitGrainBasedOnly,

    /// <summary>Those of <see cref="ImplicitStreamSubscriptionAttribute"/>.</summary>
    ImplicitOnly,
}
