namespace StyleShare.People;

/// <summary>Settings of people; section <c>StyleShare:People</c>.</summary>
public sealed class PeopleOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:People";

    /// <summary>How many people one person can follow: more than anybody reads, and a bound to what a feed must look through.
    /// All of them are in memory while the person is around, at about 50 bytes each.</summary>
    public int MaxFollowed { get; set; } = 7_500;

    /// <summary>How many people one person can block and mute, together: more than anybody meets. They are in memory, too.</summary>
    public int MaxAvoided { get; set; } = 10_000;
}
