namespace StyleShare.Notifications;

/// <summary>Changes what a person prefers on their behalf.</summary>
internal static class PreferencesChanges
{
    private const int Tries = 5;

    /// <summary>Makes a change, again should the person change something at the same moment; nothing if it changes nothing.</summary>
    public static async Task Change(this IPreferencesGrain grain, Func<Preferences, Preferences> change)
    {
        for (var i = 1; ; i++)
        {
            var preferences = await grain.Get();
            var changed = change(preferences);
            if (changed == preferences)
                return;
            try
            {
                await grain.Put(changed);
                return;
            }
            catch (Refusal e) when (e.Kind == RefusalKind.Stale && i < Tries)
            {
                // On what they made of it.
            }
        }
    }
}
