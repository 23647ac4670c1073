using System.Diagnostics;

namespace StyleShare.Api.Tests;

/// <summary>Steps that tests of notifications share.</summary>
internal static class NotificationSteps
{
    // Much longer than anything takes, so that only what never comes fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until something holds.</summary>
    public static async Task Until(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(waited.Elapsed < Patience, "It did not come to pass.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until so many lines are unread.</summary>
    public static Task UntilUnread(this Person person, long count) => Until(async () => await person.Unread() == count);

    /// <summary>How many lines are unread.</summary>
    public static async Task<long> Unread(this Person person) =>
        (await person.Client.Get("/v1/notifications/unread")).Json["count"]!.GetValue<long>();
}
