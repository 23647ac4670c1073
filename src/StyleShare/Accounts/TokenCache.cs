using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace StyleShare.Accounts;

/// <summary>Remembers access tokens that were found valid, so that the next request with one costs a look-up.</summary>
/// <remarks>
/// Two generations: when the younger is full it becomes the elder, and what is asked for there is moved over. So tokens in
/// use stay, others go, and there are never more than twice the size. Only valid tokens get in, and they are compared whole.
/// </remarks>
internal sealed class TokenCache(int size)
{
    private ConcurrentDictionary<byte[], AccessToken> _young = New();
    private ConcurrentDictionary<byte[], AccessToken> _old = New();
    private int _count;

    /// <summary>Looks a token up.</summary>
    public bool TryGet(ReadOnlySpan<char> token, [NotNullWhen(true)] out AccessToken? found)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out found))
            return true;
        if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out found))
            return false;
        Add(token, found);
        return true;
    }

    /// <summary>Remembers a valid token.</summary>
    public void Add(ReadOnlySpan<char> token, AccessToken value)
    {
        var bytes = new byte[token.Length];
        if (Ascii.FromUtf16(token, bytes, out _) != System.Buffers.OperationStatus.Done || !_young.TryAdd(bytes, value))
            return;
        if (Interlocked.Increment(ref _count) < size)
            return;
        _old = Interlocked.Exchange(ref _young, New());
        Interlocked.Exchange(ref _count, 0);
    }

    /// <summary>How many are remembered.</summary>
    public int Count => _young.Count + _old.Count;

    private static ConcurrentDictionary<byte[], AccessToken> New() => new(TokenComparer.Instance);

    // The end of a token is a part of its signature, which is as good as random: a hash that costs nothing. Who makes tokens
    // up cannot fill a bucket, since what they make up never gets in.
    private sealed class TokenComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<char>, byte[]>
    {
        public static readonly TokenComparer Instance = new();
        private const int Tail = 12;

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<char> alternate, byte[] other) => Ascii.Equals(other, alternate);

        public int GetHashCode(byte[] token)
        {
            var hash = token.Length;
            foreach (var b in token.AsSpan(Math.Max(0, token.Length - Tail)))
                hash = (hash * 31) + b;
            return hash;
        }

        public int GetHashCode(ReadOnlySpan<char> alternate)
        {
            var hash = alternate.Length;
            foreach (var c in alternate[Math.Max(0, alternate.Length - Tail)..])
                hash = (hash * 31) + c;
            return hash;
        }

        public byte[] Create(ReadOnlySpan<char> alternate) => Encoding.ASCII.GetBytes(alternate.ToArray());
    }
}
