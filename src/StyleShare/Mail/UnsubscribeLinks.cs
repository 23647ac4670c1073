using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace StyleShare.Mail;

/// <summary>A kind of mail that a person can leave with one click, such as <c>digest</c>.</summary>
public interface IMailList
{
    /// <summary>Its name in links, for ever: 1 to 20 of <c>a-z-</c>.</summary>
    string Name { get; }

    /// <summary>The person gets no more of these mails. Idempotent.</summary>
    Task Leave(Guid user);
}

/// <summary>Links that end a kind of mail for a person, without a login (RFC 8058).</summary>
/// <remarks>
/// Only we can make one, and it says nothing to others: it is encrypted and authenticated with the key ring. It does not
/// expire, for mails lie in mailboxes for years, and all that it can do is end mails.
/// </remarks>
public sealed class UnsubscribeLinks(IDataProtectionProvider protection, IEnumerable<IMailList> lists, Links links)
{
    private const int MaxLength = 500;

    private readonly IDataProtector _protector = protection.CreateProtector("StyleShare.Mail.Unsubscribe.v1");

    /// <summary>The link for a person and a list.</summary>
    public Uri For(Guid user, string list) => links.To("/v1/unsubscribe/" + TokenOf(user, list));

    /// <summary>The person leaves the list that the token names.</summary>
    /// <returns>Who that is; null if the token is none of ours.</returns>
    public async Task<Guid?> Leave(string token)
    {
        if (Read(token) is not var (user, name) || lists.FirstOrDefault(list => list.Name == name) is not { } left)
            return null;
        await left.Leave(user);
        return user;
    }

    /// <summary>Whose token it is; null if it is none of ours.</summary>
    public Guid? OwnerOf(string token) => Read(token)?.User;

    private string TokenOf(Guid user, string list) =>
        Base64Url.EncodeToString(_protector.Protect([.. user.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(list)]));

    private (Guid User, string List)? Read(string token)
    {
        if (token.Length is 0 or > MaxLength)
            return null;
        try
        {
            var bytes = _protector.Unprotect(Base64Url.DecodeFromChars(token)).AsSpan();
            return (new Guid(bytes[..16], bigEndian: true), Encoding.ASCII.GetString(bytes[16..]));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
