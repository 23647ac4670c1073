using System.Globalization;
using Microsoft.Extensions.Options;
using StyleShare.Sweeps;

namespace StyleShare.Documents;

/// <summary>Removes documents whose bytes never came, or were none that were announced.</summary>
internal sealed class UnfinishedDocumentsSweep(
    DocumentStore store, IGrainFactory grains, IOptions<DocumentOptions> options, TimeProvider clock) : ISweep
{
    private const int AtOnce = 200;

    public string Name => "unfinished-documents";

    public TimeSpan Every => options.Value.SweepEvery;

    public int Partitions => 1;

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        var found = await store.Unfinished(clock.Now() - options.Value.UnfinishedAfter, Parse(cursor), AtOnce, cancellation);
        await Task.WhenAll(found.Select(document => grains.GetGrain<IDocumentGrain>(document.Id).Remove()));
        return new SweepStep(found.Length == AtOnce ? Text(found[^1]) : null, found.Length);
    }

    private static string Text(Position at) => string.Create(CultureInfo.InvariantCulture, $"{at.At.UtcTicks} {at.Id}");

    private static Position Parse(string? cursor)
    {
        if (cursor is null)
            return new(DateTimeOffset.UnixEpoch, Guid.Empty);
        var parts = cursor.Split(' ');
        return new(
            new(long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), TimeSpan.Zero),
            Guid.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
