namespace StyleShare.Sweeps;

/// <summary>Where a partition of a sweep stands.</summary>
[GenerateSerializer, Immutable, Alias("StyleShare.Sweeps.SweepState")]
public sealed record SweepState
{
    /// <summary>The period that its reminder has; zero if it has none yet.</summary>
    [Id(0)]
    public TimeSpan Every { get; init; }

    /// <summary>A run was begun and has not reached its end.</summary>
    [Id(1)]
    public bool IsRunning { get; init; }

    /// <summary>Where its next step begins; null for the first.</summary>
    [Id(2)]
    public string? Cursor { get; init; }

    /// <summary>Until when the silo that runs it has said to be at it; nobody else takes it over before.</summary>
    [Id(3)]
    public DateTimeOffset BusyUntil { get; init; }

    /// <summary>When the last run began.</summary>
    [Id(4)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last run ended; null if none did yet.</summary>
    [Id(5)]
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>How many of the population the last run dealt with so far.</summary>
    [Id(6)]
    public long Handled { get; init; }

    /// <summary>Whether another silo may be at it.</summary>
    public bool IsTaken(DateTimeOffset now) => IsRunning && now < BusyUntil;

    /// <summary>A new run begins, or the one that was interrupted goes on.</summary>
    public SweepState Begin(DateTimeOffset now, TimeSpan lease) => IsRunning
        ? this with { BusyUntil = now + lease }
        : this with { IsRunning = true, Cursor = null, Handled = 0, StartedAt = now, BusyUntil = now + lease };

    /// <summary>A step was done.</summary>
    public SweepState After(SweepStep step, DateTimeOffset now, TimeSpan lease)
    {
        var handled = Handled + step.Handled;
        return step.Cursor is null
            ? this with { IsRunning = false, Cursor = null, Handled = handled, DoneAt = now, BusyUntil = default }
            : this with { Cursor = step.Cursor, Handled = handled, BusyUntil = now + lease };
    }

    /// <summary>A step failed or was cut off: whoever comes next may go on.</summary>
    public SweepState LetGo() => this with { BusyUntil = default };
}
