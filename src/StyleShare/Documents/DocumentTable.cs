using StyleShare.Jobs;
using StyleShare.Storage;

namespace StyleShare.Documents;

/// <summary>The table of documents.</summary>
internal static class DocumentTable
{
    /// <summary>One row a document.</summary>
    public static readonly StateTable<Document> Documents = new(
        "documents",
        Column.Uuid<Document>("id", document => document.Id),
        Column.Uuid<Document>("owner_id", document => document.OwnerId),
        Column.Text<Document>("name", document => document.Name),
        Column.Text<Document>("content_type", document => document.ContentType),
        Column.Bigint<Document>("bytes", document => document.Bytes),
        Column.Integer<Document>("state", document => (int)document.State),
        Column.Timestamptz<Document>("created_at", document => document.CreatedAt));

    private static readonly Statement<Guid> Drop = new(
        "documents_drop",
        $"DELETE FROM documents USING rows WHERE documents.id = rows.id AND documents.state = {(int)DocumentState.Removed}",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));

    /// <summary>What follows of a fact besides the state's row.</summary>
    public static void Write(Change change, DocumentFact fact)
    {
        if (fact.DeleteBytes)
            change.Enqueue(DeleteDocumentJob.Kind, new DeleteDocument(fact.Id), fact.Id, DeleteDocumentJob.KeyOf(fact.Id));
    }

    /// <summary>Deletes the row of a document that was removed; of another one nothing.</summary>
    public static void DropRemoved(Change change, Guid id) => change.Add(Drop, id);
}
