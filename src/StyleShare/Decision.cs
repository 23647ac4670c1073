using System.Collections.Immutable;

namespace StyleShare;

/// <summary>What a rule decided: the state that follows, and the facts to be written with it in one transaction.</summary>
/// <typeparam name="TState">An immutable record, the grain's state.</typeparam>
/// <typeparam name="TFact">What can happen to it; the feature's store knows which rows each fact is.</typeparam>
public readonly record struct Decision<TState, TFact>(TState Next, ImmutableArray<TFact> Facts)
    where TState : class
{
    /// <summary>Nothing is to be done, for what was asked holds already.</summary>
    public static Decision<TState, TFact> Nothing(TState state) => new(state, []);
}
