using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>Lets a change move points.</summary>
public static class LedgerChanges
{
    /// <summary>
    /// Adds a transaction of the ledger to a change. Post before raising events and enqueuing jobs: however many changes a group
    /// has, the ledger's statements then are executed once.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transaction does not sum to zero, or its lines do not fit it.</exception>
    public static void Post(this Change change, LedgerTransaction transaction)
    {
        transaction.Checked();
        var lines = transaction.Lines;
        for (var i = 0; i < lines.Length; i++)
            change.Add(LedgerTable.OpenAccount, new(transaction, lines[i], i + 1));
        change.Add(LedgerTable.AddTransaction, transaction);
        for (var i = 0; i < lines.Length; i++)
            change.Add(LedgerTable.AddLine, new(transaction, lines[i], i + 1));
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var lot in lines[i].Lots)
                change.Add(LedgerTable.MoveLot, new(new(transaction, lines[i], i + 1), lot));
        }

        // Each change names all four statements, so that their order is the same in every group; this one moves nothing.
        if (!lines.Any(line => line.Account.Kind == LedgerAccountKind.Member))
            change.Add(LedgerTable.MoveLot, new(new(transaction, lines[0], 1), default));
    }
}
