namespace StyleShare.Silos;

/// <summary>The refusals of the registry of silos.</summary>
public static class SiloErrors
{
    /// <summary>No running silo has this id or name.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "silo_not_found", "There is no such silo (any more).");

    /// <summary>Several running silos have this name.</summary>
    public static Refusal Ambiguous() => new(
        RefusalKind.Conflict, "silo_name_ambiguous", "Several silos have this name; take the id of one of them.");
}
