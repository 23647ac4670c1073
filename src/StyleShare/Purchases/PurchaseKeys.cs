using System.Text;

namespace StyleShare.Purchases;

/// <summary>Ids that follow from what they are of, so that the same thing twice is known as such without a look.</summary>
public static class PurchaseKeys
{
    /// <summary>The id of a shop's purchase.</summary>
    /// <param name="reference">How the till calls it.</param>
    public static Guid Of(Guid merchant, string reference)
    {
        var text = Encoding.UTF8.GetBytes(reference);
        var name = new byte[16 + text.Length];
        merchant.TryWriteBytes(name, bigEndian: true, out _);
        text.CopyTo(name, 16);
        return Ids.OfName(name);
    }

    /// <summary>The id of the transaction that takes points of a refund from a person.</summary>
    public static Guid ClawBackOf(Guid refund, Guid user)
    {
        Span<byte> name = stackalloc byte[32];
        refund.TryWriteBytes(name, bigEndian: true, out _);
        user.TryWriteBytes(name[16..], bigEndian: true, out _);
        return Ids.OfName(name);
    }
}
