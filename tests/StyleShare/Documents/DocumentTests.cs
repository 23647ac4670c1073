using StyleShare.Documents;

namespace StyleShare.Tests.Documents;

public sealed class DocumentTests
{
    private static readonly Document Announced = Document.Of(
        Guid.NewGuid(), new NewDocument(Guid.NewGuid(), "a.pdf", "application/pdf", 10, Request: null), DateTimeOffset.UnixEpoch);

    [Fact]
    public void As_many_bytes_as_announced_make_it_ready()
    {
        var decision = Announced.Complete(10);
        Assert.Equal(DocumentState.Ready, decision.Next.State);
        Assert.Equal([new DocumentFact(Announced.Id, DeleteBytes: false)], decision.Facts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(11)]
    public void Any_other_number_rejects_it_and_deletes_them(long bytes)
    {
        var decision = Announced.Complete(bytes);
        Assert.Equal(DocumentState.Rejected, decision.Next.State);
        Assert.Equal([new DocumentFact(Announced.Id, DeleteBytes: true)], decision.Facts);
    }

    [Fact]
    public void What_was_decided_stays()
    {
        var ready = Announced.Complete(10).Next;
        Assert.Empty(ready.Complete(9).Facts);
        var rejected = Announced.Complete(9).Next;
        Assert.Empty(rejected.Complete(10).Facts);
        var removed = ready.Remove().Next;
        Assert.Equal((DocumentState.Removed, ""), (removed.State, removed.Name));
        Assert.Empty(removed.Remove().Facts);
        Assert.Empty(removed.Complete(10).Facts);
    }
}
