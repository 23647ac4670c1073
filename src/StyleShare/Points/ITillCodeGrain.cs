using Orleans.Concurrency;

namespace StyleShare.Points;

/// <summary>What a code stands for: a person, or a hold of theirs at a shop.</summary>
/// <param name="HoldId">Null for a person's code.</param>
[GenerateSerializer, Immutable]
public sealed record TillCodeMeaning(Guid UserId, Guid MerchantId, Guid? HoldId);

/// <summary>A code that a till may read; the key is the code. It is in memory alone: lost with its silo, it is made anew.</summary>
[Alias("StyleShare.Points.ITillCodeGrain")]
public interface ITillCodeGrain : IGrainWithStringKey
{
    /// <summary>Gives the code a meaning for a while; false if it has one already.</summary>
    Task<bool> Keep(TillCodeMeaning meaning, TimeSpan lasts);

    /// <summary>What it stands for; null if for nothing, or not any more.</summary>
    [ReadOnly]
    Task<TillCodeMeaning?> Look();

    /// <summary>The same, and it stands for nothing from now on.</summary>
    Task<TillCodeMeaning?> Take();
}

/// <summary>Which code a hold has; the key is the hold's id. In memory, as the code is.</summary>
[Alias("StyleShare.Points.IHoldCodeGrain")]
public interface IHoldCodeGrain : IGrainWithGuidKey
{
    /// <summary>The hold's code, made if it has none.</summary>
    Task<string> Current(TillCodeMeaning meaning, TimeSpan lasts);

    /// <summary>A new code for the hold; the one before is good no more.</summary>
    Task<string> Renew(TillCodeMeaning meaning, TimeSpan lasts);
}
