using StyleShare.Storage;

namespace StyleShare.DeadLetters;

/// <summary>What makes work of dead letters again; one for each <see cref="DeadLetter.Source"/>, a singleton.</summary>
public interface IDeadLetterSource
{
    /// <summary>Which letters are its own.</summary>
    string Source { get; }

    /// <summary>Adds what lets the work be tried again, from its first try; the letter is deleted by the same change.</summary>
    void Revive(Change change, DeadLetter letter);
}
