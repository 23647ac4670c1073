namespace StyleShare.Notifications;

/// <summary>What a person wants to be told of. Its key is the person's id.</summary>
public interface IPreferencesGrain : IGrainWithGuidKey
{
    /// <summary>What the person wants.</summary>
    [Orleans.Concurrency.ReadOnly]
    Task<Preferences> Get();

    /// <summary>Replaces it.</summary>
    /// <param name="preferences">What the person wants now; its version is the one that the caller has seen, or -1 to replace
    /// whatever is there.</param>
    /// <exception cref="Refusal"><c>invalid_preferences</c>, <c>stale_version</c>.</exception>
    Task<Preferences> Put(Preferences preferences);
}
