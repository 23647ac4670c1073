using Microsoft.Extensions.DependencyInjection;
using StyleShare.Documents;
using StyleShare.Objects;
using StyleShare.Sweeps;
using StyleShare.Testing;

namespace StyleShare.Tests.Documents;

public sealed class DocumentRemovalTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private static readonly KeyValuePair<string, string?>[] Settings = [new("StyleShare:Objects:UploadLasts", "00:00:01")];
    private readonly byte[] _bytes = [1, 2, 3];

    [Fact]
    public async Task Documents_that_nobody_finished_are_removed_after_a_day_and_others_stay()
    {
        await using var silo = await StyleShareCluster.StartAsync(database, Settings);
        var files = silo.Services.GetRequiredService<DocumentFiles>();
        var (awaited, rejected, ready) = (await Announce(files), await Announce(files), await Announce(files));
        await Put(silo, rejected, _bytes[1..]);
        await Put(silo, ready, _bytes);
        Assert.Equal(DocumentState.Rejected, (await files.Complete(rejected.OwnerId, rejected.Id)).State);
        Assert.Equal(DocumentState.Ready, (await files.Complete(ready.OwnerId, ready.Id)).State);
        silo.Time.Advance(TimeSpan.FromDays(2));
        var fresh = await Announce(files);

        var sweep = silo.Services.GetServices<ISweep>().OfType<UnfinishedDocumentsSweep>().Single();
        for (var step = await sweep.Step(0, null, Cancellation); step.Cursor is not null;)
            step = await sweep.Step(0, step.Cursor, Cancellation);

        await Gone(silo, awaited);
        await Gone(silo, rejected);
        Assert.Equal(DocumentState.Ready, (await files.Get(ready.OwnerId, ready.Id)).State);
        Assert.Equal(DocumentState.AwaitingUpload, (await files.Get(fresh.OwnerId, fresh.Id)).State);
        Assert.NotNull(await Store(silo).Head(DocumentFiles.KeyOf(ready.Id), Cancellation));
    }

    [Fact]
    public async Task What_is_uploaded_after_the_removal_is_deleted_too()
    {
        await using var silo = await StyleShareCluster.StartAsync(database, Settings);
        var files = silo.Services.GetRequiredService<DocumentFiles>();
        var document = await Announce(files);
        await silo.Grains.GetGrain<IDocumentGrain>(document.Id).Remove();
        await Put(silo, document, _bytes);
        silo.Time.Advance(TimeSpan.FromMinutes(5));
        await Gone(silo, document);
    }

    private static IObjectStore Store(StyleShareCluster silo) => silo.Services.GetRequiredService<IObjectStore>();

    private Task<DocumentView> Announce(DocumentFiles files) =>
        files.Announce(new NewDocument(Guid.NewGuid(), "a.pdf", "application/pdf", _bytes.Length, Request: null));

    private static Task Put(StyleShareCluster silo, DocumentView document, byte[] bytes) => Store(silo).Put(
        DocumentFiles.KeyOf(document.Id), new MemoryStream(bytes), bytes.Length, new ObjectMeta("application/pdf"), Cancellation);

    // Row and bytes: the job is done. It waits for the end of the signature by the database's clock, which goes on as it does.
    private async Task Gone(StyleShareCluster silo, DocumentView document)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await database.ScalarAsync<long>($"SELECT count(*) FROM documents WHERE id = '{document.Id}'") > 0)
        {
            await database.ExecuteAsync("UPDATE jobs SET due_at = now() WHERE due_at > now()");
            await Task.Delay(20, limit.Token);
        }

        Assert.Null(await Store(silo).Head(DocumentFiles.KeyOf(document.Id), Cancellation));
    }
}
