namespace Orleans.Runtime;

/// <summary>How far a silo's life has come; the numbers are those of the membership table.</summary>
public enum SiloStatus
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>Made, and not yet in the table.</summary>
    Created = 1,

    /// <summary>In the table; looks whether it reaches the others.</summary>
    Joining = 2,

    /// <summary>Takes calls and activates grains.</summary>
    Active = 3,

    /// <summary>Ends its activations; takes no new ones.</summary>
    ShuttingDown = 4,

    /// <summary>Its activations have ended.</summary>
    Stopping = 5,

    /// <summary>Gone: it said so itself, or the others declared it.</summary>
    Dead = 6,
}
