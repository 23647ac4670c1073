using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The other side is not one to talk to; the text is for the log.</summary>
internal sealed class HelloException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// How two silos begin a connection: each proves to the other that it knows the cluster's secret, and they agree on a version of
/// the protocol. Four messages, each behind its length (2 bytes): the dialer's versions and nonce; the listener's version and
/// nonce; the dialer's proof with the cluster and the two addresses it means; the listener's proof with its verdict. A proof is
/// the HMAC-SHA256 (RFC 2104) of all that was said before, in the name of the side. A stranger hears a nonce, and no more.
/// </summary>
/// <remarks>Nothing after the hello is encrypted or authenticated: between machines it needs a network of the cluster's own.</remarks>
internal sealed class Hello(string clusterId, SiloAddress self, string? secret, Func<SiloAddress, string?> objection)
{
    /// <summary>The versions of the protocol that this silo speaks.</summary>
    public const ushort MinVersion = 1;

    /// <inheritdoc cref="MinVersion"/>
    public const ushort MaxVersion = 1;

    /// <summary>The longest message.</summary>
    public const int MaxMessage = 4096;

    internal const int NonceSize = 32;
    private const int ProofSize = HMACSHA256.HashSizeInBytes;
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret ?? "");

    /// <summary>The versions that are offered and taken; a test pretends to others.</summary>
    internal (ushort Min, ushort Max) Speaks { get; init; } = (MinVersion, MaxVersion);

    private static ReadOnlySpan<byte> Magic => "SILO"u8;

    /// <summary>Says hello to the silo that was dialed.</summary>
    /// <returns>The version to speak.</returns>
    /// <exception cref="HelloException">It refused, or is not the one meant.</exception>
    public async Task<ushort> Dial(IDuplexPipe pipe, SiloAddress remote, CancellationToken cancellationToken)
    {
        using var said = new Transcript(_key);
        await Send(pipe, said, Offer(Speaks.Min, Speaks.Max, RandomNumberGenerator.GetBytes(NonceSize)), cancellationToken);
        var version = ReadAnswer(said.Hear(await Receive(pipe, cancellationToken)));
        await Send(pipe, said, Proof(said, self, remote), cancellationToken);
        byte[] verdict;
        try
        {
            verdict = await Receive(pipe, cancellationToken);
        }
        catch (Exception exception) when (exception is HelloException or IOException)
        {
            throw new HelloException("It closed the connection on our proof: is its secret the same?", exception);
        }

        ReadVerdict(said, verdict);
        return version;
    }

    /// <summary>Hears a dialer's hello and answers it.</summary>
    /// <returns>Who it is, and the version to speak.</returns>
    /// <exception cref="HelloException">It was not let in.</exception>
    public async Task<(SiloAddress Remote, ushort Version)> Accept(IDuplexPipe pipe, CancellationToken cancellationToken)
    {
        using var said = new Transcript(_key);
        var (theirMin, theirMax) = ReadOffer(said.Hear(await Receive(pipe, cancellationToken)));
        var version = Math.Min(theirMax, Speaks.Max);
        var refusal = version < Math.Max(theirMin, Speaks.Min)
            ? $"{self} speaks versions {Speaks.Min} to {Speaks.Max} of the protocol, and not {theirMin} to {theirMax}."
            : null;
        await Send(pipe, said, Answer(refusal is null ? version : (ushort)0, refusal), cancellationToken);
        if (refusal is not null)
            throw new HelloException(refusal);

        var (remote, objected) = ReadProof(said, await Receive(pipe, cancellationToken));
        await Send(pipe, said, Verdict(said, objected), cancellationToken);
        return objected is null ? (remote, version) : throw new HelloException(objected);
    }

    internal static byte[] Offer(ushort min, ushort max, byte[] nonce) => Compose((min, max, nonce), static (ref writer, offer) =>
    {
        writer.WriteRaw(Magic);
        writer.WriteVarUInt(offer.min);
        writer.WriteVarUInt(offer.max);
        writer.WriteRaw(offer.nonce);
    });

    private static (ushort Min, ushort Max) ReadOffer(byte[] message)
    {
        // Before anything is believed: whoever speaks another protocol gets no word.
        var reader = new WireReader(message, null);
        if (reader.Remaining < Magic.Length || !reader.ReadRaw(Magic.Length).SequenceEqual(Magic))
            throw new HelloException("It does not speak the protocol of silos.");
        return Read(message, static (ref reader) =>
        {
            reader.ReadRaw(Magic.Length);
            var offer = ((ushort)reader.ReadVarUInt(ushort.MaxValue), (ushort)reader.ReadVarUInt(ushort.MaxValue));
            reader.ReadRaw(NonceSize);
            return offer;
        });
    }

    private static byte[] Answer(ushort version, string? refusal) => Compose((version, refusal), static (ref writer, answer) =>
    {
        writer.WriteRaw(Magic);
        writer.WriteVarUInt(answer.version);
        writer.WriteString(answer.refusal);
        writer.WriteRaw(RandomNumberGenerator.GetBytes(NonceSize));
    });

    private ushort ReadAnswer(byte[] message) => Read(message, (ref reader) =>
    {
        if (!reader.ReadRaw(Magic.Length).SequenceEqual(Magic))
            throw new HelloException("It does not speak the protocol of silos.");
        var version = (ushort)reader.ReadVarUInt(ushort.MaxValue);
        var refusal = reader.ReadString();
        reader.ReadRaw(NonceSize);
        return version >= Speaks.Min && version <= Speaks.Max && version != 0 ? version : throw new HelloException(refusal ?? $"It speaks version {version}.");
    });

    private byte[] Proof(Transcript said, SiloAddress from, SiloAddress to) => Signed(said, Side.Dialer, (clusterId, from, to), static (ref writer, claim) =>
    {
        writer.WriteString(claim.clusterId);
        writer.WriteString(claim.from.ToParsableString());
        writer.WriteString(claim.to.ToParsableString());
    });

    private (SiloAddress Remote, string? Objection) ReadProof(Transcript said, byte[] message)
    {
        var claim = Verified(said, Side.Dialer, message) ?? throw new HelloException("It does not know the secret of the cluster.");
        var (cluster, from, to) = Read(claim, static (ref reader) => (reader.ReadString(), reader.ReadString(), reader.ReadString()));
        said.Hear(message);
        var remote = Parse(from);
        var objected = cluster != clusterId ? $"{self} is of the cluster '{clusterId}', and not of '{cluster}'."
            : !self.Equals(Parse(to)) ? $"{self} listens here, and not {to}."
            : objection(remote);
        return (remote, objected);
    }

    private static byte[] Verdict(Transcript said, string? refusal) =>
        Signed(said, Side.Listener, refusal, static (ref writer, refusal) => writer.WriteString(refusal));

    private static void ReadVerdict(Transcript said, byte[] message)
    {
        var verdict = Verified(said, Side.Listener, message) ?? throw new HelloException("It does not know the secret of the cluster.");
        if (Read(verdict, static (ref reader) => reader.ReadString()) is { } refusal)
            throw new HelloException(refusal);
    }

    private static SiloAddress Parse(string? address)
    {
        try
        {
            return SiloAddress.FromParsableString(address ?? "");
        }
        catch (FormatException exception)
        {
            throw new HelloException(exception.Message, exception);
        }
    }

    private static byte[] Signed<TState>(Transcript said, Side side, TState state, ReplyWriter<TState> write)
    {
        var claim = Compose(state, write);
        return [.. said.Sign(side, claim), .. claim];
    }

    private static byte[]? Verified(Transcript said, Side side, byte[] message)
    {
        if (message.Length < ProofSize)
            return null;
        var claim = message[ProofSize..];
        return CryptographicOperations.FixedTimeEquals(said.Sign(side, claim), message.AsSpan(0, ProofSize)) ? claim : null;
    }

    private static byte[] Compose<TState>(TState state, ReplyWriter<TState> write)
    {
        using var buffer = new WireBuffer(MaxMessage);
        var writer = new WireWriter(buffer);
        write(ref writer, state);
        return buffer.Written.ToArray();
    }

    private static T Read<T>(byte[] message, WireRead<T> read)
    {
        try
        {
            var reader = new WireReader(message, null);
            var value = read(ref reader);
            reader.ExpectEnd();
            return value;
        }
        catch (WireFormatException exception)
        {
            throw new HelloException($"Its hello is malformed: {exception.Message}", exception);
        }
    }

    private static async Task Send(IDuplexPipe pipe, Transcript said, byte[] message, CancellationToken cancellationToken)
    {
        said.Hear(message);
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await pipe.Output.WriteAsync(framed, cancellationToken);
    }

    private static async Task<byte[]> Receive(IDuplexPipe pipe, CancellationToken cancellationToken)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(await Receive(pipe.Input, 2, cancellationToken));
        return length <= MaxMessage
            ? await Receive(pipe.Input, length, cancellationToken)
            : throw new HelloException("It does not speak the protocol of silos.");
    }

    private static async Task<byte[]> Receive(PipeReader input, int count, CancellationToken cancellationToken)
    {
        if (count == 0)
            return [];
        var result = await input.ReadAtLeastAsync(count, cancellationToken);
        if (result.Buffer.Length < count)
            throw new HelloException("It closed the connection.");
        var message = result.Buffer.Slice(0, count).ToArray();
        input.AdvanceTo(result.Buffer.GetPosition(count));
        return message;
    }

    private delegate T WireRead<out T>(ref WireReader reader);

    private enum Side : byte
    {
        Dialer = 1,
        Listener = 2
    }

    // All that was said in this hello, by either side.
    private sealed class Transcript(byte[] key) : IDisposable
    {
        private readonly IncrementalHash _said = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public byte[] Hear(byte[] message)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, message.Length);
            _said.AppendData(length);
            _said.AppendData(message);
            return message;
        }

        public byte[] Sign(Side side, byte[] claim) =>
            HMACSHA256.HashData(key, (byte[])[(byte)side, .. _said.GetCurrentHash(), .. claim]);

        public void Dispose() => _said.Dispose();
    }
}
