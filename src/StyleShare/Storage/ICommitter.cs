using Orleans.Storage;

namespace StyleShare.Storage;

/// <summary>Commits changes: those of all grains of the silo that wait go together, in one transaction and one round trip.</summary>
public interface ICommitter
{
    /// <summary>The most rows that one change may have.</summary>
    int MaxChangeRows { get; }

    /// <summary>Commits a change; the task ends when it is durable, or when it is known to have failed.</summary>
    /// <param name="change">The change; not to be touched any more.</param>
    /// <param name="cancellation">Takes the change back while it waits; once it is under way it runs to its end.</param>
    /// <exception cref="InconsistentStateException">The stored state is another one than the change was decided upon.</exception>
    /// <exception cref="ChangeRefusedException">The database refused it: a constraint, or a value that it does not take.</exception>
    /// <exception cref="OutcomeUnknownException">The connection was lost at the commit, and the outcome could not be learned.</exception>
    /// <exception cref="Refusal"><c>storage_busy</c> or <c>storage_unavailable</c>: surely nothing was written.</exception>
    Task Commit(Change change, CancellationToken cancellation = default);
}
