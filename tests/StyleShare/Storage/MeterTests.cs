using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

public sealed class MeterTests
{
    [Fact]
    public async Task The_meters_tell_of_every_change_and_of_why_some_were_not_made()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Counters.Schema);
        await using var storage = await TestStorage.StartAsync(database.ConnectionString);
        var meters = storage.Services.GetRequiredService<IMeterFactory>().Create("StyleShare.Storage");
        using var listener = new MeterListener();
        ConcurrentDictionary<string, double> sums = [];
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, meters))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        listener.Start();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => storage.Committer.Commit(Counters.First(new Counter(Guid.NewGuid(), i)))));
        await Assert.ThrowsAsync<ChangeRefusedException>(
            () => storage.Committer.Commit(Counters.First(new Counter(Guid.NewGuid(), -1))));
        listener.RecordObservableInstruments();

        Assert.Equal(100, sums["styleshare.storage.group.size"]);
        Assert.Equal(100, sums["styleshare.storage.committed"]);
        Assert.Equal(1, sums["styleshare.storage.failed refused"]);
        Assert.Equal(0, sums["styleshare.storage.queue.depth"]);
        Assert.True(sums["styleshare.storage.commit.duration"] > 0);
        Assert.True(sums["styleshare.storage.wait"] >= 0);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags = default)
        {
            var name = tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
            sums.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
