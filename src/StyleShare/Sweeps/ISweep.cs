namespace StyleShare.Sweeps;

/// <summary>
/// Work through a large population now and then: points that expire, sessions that ended long ago. It is cut into partitions,
/// each swept by one silo at a time, step by step; where it stands is committed after each step, so that a silo that dies
/// leaves the rest to another.
/// </summary>
/// <remarks>
/// A step may be done twice: when a silo dies after its work and before the cursor was committed. What it finds by index and
/// changes for good (deletes, marks) needs nothing more for that.
/// </remarks>
public interface ISweep
{
    /// <summary>Names it for ever, in rows and reminders: short, no slash.</summary>
    string Name { get; }

    /// <summary>How often the whole population is gone through; a minute at the least, as reminders are.</summary>
    TimeSpan Every { get; }

    /// <summary>How many parts are swept side by side; more is not faster than the database is.</summary>
    int Partitions { get; }

    /// <summary>Does a bounded part of the work: hundreds of rows, fractions of a second.</summary>
    /// <param name="partition">Which of the partitions, from 0.</param>
    /// <param name="cursor">Where the step before ended; null for the first of a run.</param>
    /// <param name="cancellation">The step takes too long (<see cref="SweepOptions.StepTimeLimit"/>), or the silo stops.</param>
    /// <returns>Where the next step begins.</returns>
    Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation);
}

/// <summary>What a step did.</summary>
/// <param name="Cursor">Where the next one begins; null if there is nothing left until the next run.</param>
/// <param name="Handled">How many of the population it dealt with, for the log.</param>
public readonly record struct SweepStep(string? Cursor, int Handled);
