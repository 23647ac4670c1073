using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

/// <summary>What tests of streams do again and again.</summary>
internal static class StreamSteps
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private static readonly KeyValuePair<string, string?>[] Pauses =
    [
        new("StyleShare:Streams:FirstPause", "00:00:00.02"),
        new("StyleShare:Streams:LongestPause", "00:00:00.1"),
    ];

    /// <summary>Short pauses; leases that no slow machine loses, for who loses one gets events again.</summary>
    public static readonly KeyValuePair<string, string?>[] Quick = [.. Pauses, new("StyleShare:Streams:LeaseFor", "00:00:20")];

    /// <summary>Leases of the dead that a test need not wait long for.</summary>
    public static readonly KeyValuePair<string, string?>[] ShortLeases =
    [
        .. Pauses, new("StyleShare:Streams:LeaseFor", "00:00:02"), new("StyleShare:Streams:LeaseRenewEvery", "00:00:00.2"),
    ];

    /// <summary>A name for the streams of one test.</summary>
    public static string NewTest() => Guid.NewGuid().ToString("n")[..12];

    public static ICommitter Committer(this StyleShareCluster silo) => silo.Services.GetRequiredService<ICommitter>();

    public static OutboxEvent Event(string ns, string test, int stream, int number, DateTimeOffset? notBefore = null) => new(
        Guid.CreateVersion7(),
        ns,
        string.Create(CultureInfo.InvariantCulture, $"{test}-{stream}"),
        number.ToString(CultureInfo.InvariantCulture),
        notBefore);

    /// <summary>Raises events of one stream, a commit each, one after the other.</summary>
    public static async Task Raise(this ICommitter committer, string ns, string test, int stream, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            var change = new Change();
            change.Raise(Event(ns, test, stream, number));
            await committer.Commit(change);
        }
    }

    /// <summary>Waits until something is so; fails after a time that is never needed.</summary>
    public static async Task Until(Func<bool> condition, Func<string>? what = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Generous);
        while (!condition())
        {
            try
            {
                await Task.Delay(10, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It did not come to be: {what?.Invoke()}");
            }
        }
    }

    /// <summary>The same of what the database says, which may be away for a while.</summary>
    public static async Task Until<T>(this TestDatabase database, string sql, T expected)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Generous);
        object? last = null;
        while (!Equals(last, expected))
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"{sql} is {last}, not {expected}.");
            try
            {
                last = await database.ScalarAsync<T>(sql);
            }
            catch (NpgsqlException e)
            {
                last = e;
            }

            if (!Equals(last, expected))
                await Task.Delay(20);
        }
    }

    public static Task UntilOutboxIsEmpty(this TestDatabase database) => database.Until("SELECT count(*) FROM outbox", 0L);
}
