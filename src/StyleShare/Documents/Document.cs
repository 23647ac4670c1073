namespace StyleShare.Documents;

/// <summary>A document, and the rules of what may happen to it.</summary>
public sealed record Document(
    Guid Id, Guid OwnerId, string Name, string ContentType, long Bytes, DocumentState State, DateTimeOffset CreatedAt)
{
    /// <summary>A document as it is announced.</summary>
    public static Document Of(Guid id, NewDocument wish, DateTimeOffset now) =>
        new(id, wish.OwnerId, wish.Name, wish.ContentType, wish.Bytes, DocumentState.AwaitingUpload, now);

    /// <summary>Bytes came. What was decided once stays, for the client may complete twice.</summary>
    public Decision<Document, DocumentFact> Complete(long bytes)
    {
        if (State != DocumentState.AwaitingUpload)
            return Decision<Document, DocumentFact>.Nothing(this);
        return bytes == Bytes
            ? new(this with { State = DocumentState.Ready }, [new DocumentFact(Id, DeleteBytes: false)])
            : new(this with { State = DocumentState.Rejected }, [new DocumentFact(Id, DeleteBytes: true)]);
    }

    /// <summary>It is not wanted any more: nothing of it stays but that it was.</summary>
    public Decision<Document, DocumentFact> Remove() => State == DocumentState.Removed
        ? Decision<Document, DocumentFact>.Nothing(this)
        : new(this with { State = DocumentState.Removed, Name = "" }, [new DocumentFact(Id, DeleteBytes: true)]);

    /// <summary>What its owner sees.</summary>
    public DocumentView View(long version) => new(Id, OwnerId, Name, ContentType, Bytes, State, CreatedAt, version);
}

/// <summary>Something happened to a document: its row says what.</summary>
/// <param name="DeleteBytes">Whether its bytes are to be deleted now.</param>
public readonly record struct DocumentFact(Guid Id, bool DeleteBytes);
