namespace StyleShare.People;

/// <summary>What the texts of a profile may hold.</summary>
public static class ProfileText
{
    /// <summary>The name that is shown.</summary>
    public static readonly TextRule DisplayName = new(50, Required: true);

    /// <summary>What people say about themselves.</summary>
    public static readonly TextRule Bio = new(300, MultiLine: true);
}
