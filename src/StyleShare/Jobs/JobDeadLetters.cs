using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>Makes jobs of dead letters again.</summary>
internal sealed class JobDeadLetters : IDeadLetterSource
{
    public string Source => DeadLetterSources.Job;

    public void Revive(Change change, DeadLetter letter) =>
        JobTable.Insert(change, new NewJob(letter.Id, letter.Kind, letter.Key, letter.Payload, NotBefore: null));
}
