using System.Collections.Immutable;
using Microsoft.AspNetCore.DataProtection;
using StyleShare.Storage;

namespace StyleShare.Requests;

/// <summary>Encrypts answers on their way into the database, each bound to its request's id.</summary>
internal sealed class AnswerProtector(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("StyleShare.Requests.Answer.v1");

    /// <summary>Turns the answers of a change into rows of it.</summary>
    public void Seal(Change change)
    {
        if (change.Answers is not { } answers)
            return;
        foreach (var (key, answer) in answers)
        {
            byte[] text = [checked((byte)key.Fingerprint.Length), .. key.Fingerprint, .. answer];
            var row = new StoredAnswer(key.Id, _protector.CreateProtector(key.Id).Protect(text));
            change.Append(new RowEntry<StoredAnswer>(RequestTable.Insert, row), counted: false);
        }
    }

    /// <summary>Reads a stored row.</summary>
    public (ImmutableArray<byte> Fingerprint, ImmutableArray<byte> Answer) Open(string id, byte[] stored)
    {
        var text = _protector.CreateProtector(id).Unprotect(stored).AsSpan();
        var fingerprint = text.Slice(1, text[0]);
        return ([.. fingerprint], [.. text[(1 + fingerprint.Length)..]]);
    }
}
