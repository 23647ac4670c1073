namespace StyleShare.DeadLetters;

/// <summary>The refusals of dead letters.</summary>
public static class DeadLetterErrors
{
    /// <summary>There is no such letter, or not any more: it was retried or discarded.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "dead_letter_not_found", "There is no such dead letter (any more).");

    /// <summary>Nothing here knows how to try it again: it comes from a version that had another source.</summary>
    public static Refusal NoSource(string source) => new(
        RefusalKind.Unprocessable, "dead_letter_without_source", $"Nothing in this version retries letters from '{source}'.");
}
