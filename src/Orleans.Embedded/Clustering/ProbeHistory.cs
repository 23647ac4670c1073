namespace Orleans.Embedded;

/// <summary>What became of a probe.</summary>
internal enum ProbeOutcome
{
    /// <summary>The silo answered.</summary>
    Answered,

    /// <summary>Nobody listens at its port: on this network that is said by its machine, at once.</summary>
    Refused,

    /// <summary>No answer in time, or the connection broke.</summary>
    Missed,

    /// <summary>The prober itself was late: the probe says nothing.</summary>
    Void,
}

/// <summary>The latest probes of one silo.</summary>
internal sealed class ProbeHistory(int missedLimit)
{
    /// <summary>So many refusals one after the other are no restart of a listener, nor a full queue of one.</summary>
    public const int RefusedLimit = 3;

    public int Missed { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Whether the last probes went wrong.</summary>
    public bool IsFailing => Missed + Refused > 0;

    /// <summary>Whether its port is closed for sure.</summary>
    public bool IsRefused => Refused >= RefusedLimit;

    /// <summary>Whether it is to be voted on.</summary>
    public bool IsOverLimit => IsRefused || Missed >= missedLimit;

    /// <summary>Whether the next missed probe is the last.</summary>
    public bool IsAtLast => Missed >= missedLimit - 1;

    public void Add(ProbeOutcome outcome)
    {
        switch (outcome)
        {
            case ProbeOutcome.Answered:
                Missed = Refused = 0;
                break;
            case ProbeOutcome.Refused:
                Refused++;
                break;
            case ProbeOutcome.Missed:
                Missed++;
                Refused = 0;
                break;
            default:
                // Void: as if there had been none.
                break;
        }
    }
}
