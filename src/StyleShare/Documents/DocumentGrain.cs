using StyleShare.Storage;

namespace StyleShare.Documents;

/// <summary>A document.</summary>
internal sealed class DocumentGrain : Grain, IDocumentGrain
{
    private readonly DocumentStore _store;
    private readonly TimeProvider _clock;
    private readonly CommittedState<Document, DocumentFact> _state;

    public DocumentGrain(DocumentStore store, ICommitter committer, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _state = new(committer, DocumentTable.Documents, DocumentTable.Write, _ => DeactivateOnIdle());
    }

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (document, version) = await _store.Load(Id, cancellationToken);
        _state.Load(document, version);
    }

    public async Task<DocumentView> Announce(NewDocument document)
    {
        var made = Document.Of(Id, document, _clock.Now());
        var answer = made.View(version: 1);
        await _state.Commit(new(made, [new DocumentFact(Id, DeleteBytes: false)]), document.Request, answer, DocumentJson.Default.DocumentView);
        return answer;
    }

    public Task<DocumentView?> Get()
    {
        if (_state.Committed is { State: not DocumentState.Removed } document)
            return Task.FromResult<DocumentView?>(document.View(_state.CommittedVersion));
        // Ids that nobody has are not to be kept in memory.
        DeactivateOnIdle();
        return Task.FromResult<DocumentView?>(null);
    }

    public async Task<DocumentView> Complete(long bytes)
    {
        if (_state.Working is { State: not DocumentState.Removed } document)
            await _state.Commit(document.Complete(bytes));
        return await Get() ?? throw DocumentErrors.NotFound();
    }

    public async Task Remove()
    {
        if (_state.Working is { } document)
            await _state.Commit(document.Remove());
        DeactivateOnIdle();
    }
}
