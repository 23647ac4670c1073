using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The directories of other silos, over the network, and this one's answers to them.</summary>
internal sealed class DirectoryPeers(Silo silo, ISiloNetwork network, DirectoryOptions options) : IDirectoryPeers
{
    private const byte CollectClaims = 0;
    private const byte GiveUpClaims = 1;

    private delegate void BodyWriter<in TState>(ref WireWriter writer, TState state);

    /// <summary>Has the network bring the questions of others to a directory.</summary>
    public void Serve(GrainDirectory directory, IDirectoryHost host)
    {
        network.OnAsk(AskKind.DirectoryLookup, (from, body) => AnswerAsync(DirectoryAction.Lookup, from, body));
        network.OnAsk(AskKind.DirectoryRegister, (from, body) => AnswerAsync(DirectoryAction.Register, from, body));
        network.OnAsk(AskKind.DirectoryUnregister, (from, body) => AnswerAsync(DirectoryAction.Unregister, from, body));
        network.OnAsk(AskKind.DirectoryCollect, (_, body) => body.Span[0] == GiveUpClaims ? GiveUpAsync(body) : CollectAsync(body));

        async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(DirectoryAction action, SiloAddress from, ReadOnlyMemory<byte> body) =>
            Write(await directory.Answer(from, ReadRequest(action, body)), static (ref writer, answer) =>
            {
                writer.WriteBool(answer.IsOwner);
                writer.WriteVarInt(answer.Version);
                Codecs.Of<SiloAddress?>().Write(ref writer, answer.Holder);
            });

        async ValueTask<ReadOnlyMemory<byte>> CollectAsync(ReadOnlyMemory<byte> body)
        {
            var (version, from, ranges) = ReadCollect(body);
            return Write(await directory.Collect(version, ranges, from), static (ref writer, page) =>
            {
                writer.WriteVarUInt(page.Next is { } next ? (ulong)next + 1 : 0);
                WriteClaims(ref writer, page.Claims);
            });
        }

        ValueTask<ReadOnlyMemory<byte>> GiveUpAsync(ReadOnlyMemory<byte> body)
        {
            var reader = new WireReader(body.Span[1..], silo);
            foreach (var (grain, claim) in ReadClaims(ref reader))
                host.GiveUp(grain, claim);
            return default;
        }
    }

    public async Task<DirectoryAnswer> Ask(SiloAddress owner, DirectoryRequest request, CancellationToken cancellation)
    {
        var kind = request.Action switch
        {
            DirectoryAction.Register => AskKind.DirectoryRegister,
            DirectoryAction.Unregister => AskKind.DirectoryUnregister,
            _ => AskKind.DirectoryLookup,
        };
        var body = Write(request, static (ref writer, request) =>
        {
            writer.WriteVarInt(request.Version);
            writer.WriteVarInt(request.Claim);
            Codecs.Of<GrainId>().Write(ref writer, request.Grain);
        });
        return ReadAnswer(await network.Ask(owner, kind, body, options.AskTimeout, cancellation));
    }

    public async Task<DirectoryPage> Collect(SiloAddress member, long version, HashRanges ranges, uint from, CancellationToken cancellation)
    {
        var body = Write((version, ranges, from), static (ref writer, question) =>
        {
            writer.WriteByte(CollectClaims);
            writer.WriteVarInt(question.version);
            writer.WriteUInt32(question.from);
            writer.WriteVarUInt((uint)question.ranges.Segments.Count);
            foreach (var (first, last) in question.ranges.Segments)
            {
                writer.WriteUInt32(first);
                writer.WriteUInt32(last);
            }
        });
        return ReadPage(await network.Ask(member, AskKind.DirectoryCollect, body, options.RecoveryTimeout, cancellation));
    }

    public Task GiveUp(SiloAddress member, IReadOnlyList<(GrainId Grain, long Claim)> claims, CancellationToken cancellation)
    {
        var body = Write(claims, static (ref writer, claims) =>
        {
            writer.WriteByte(GiveUpClaims);
            WriteClaims(ref writer, claims);
        });
        return network.Ask(member, AskKind.DirectoryCollect, body, options.AskTimeout, cancellation);
    }

    private static void WriteClaims(ref WireWriter writer, IReadOnlyList<(GrainId Grain, long Claim)> claims)
    {
        writer.WriteVarUInt((uint)claims.Count);
        foreach (var (grain, claim) in claims)
        {
            Codecs.Of<GrainId>().Write(ref writer, grain);
            writer.WriteVarInt(claim);
        }
    }

    private static List<(GrainId Grain, long Claim)> ReadClaims(ref WireReader reader)
    {
        var claims = new List<(GrainId, long)>(reader.ReadCount());
        for (var left = claims.Capacity; left > 0; left--)
            claims.Add((Codecs.Of<GrainId>().Read(ref reader), reader.ReadVarInt()));
        return claims;
    }

    private static byte[] Write<TState>(TState state, BodyWriter<TState> write)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        write(ref writer, state);
        return buffer.Written.ToArray();
    }

    private DirectoryRequest ReadRequest(DirectoryAction action, ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body.Span, silo);
        var (version, claim) = (reader.ReadVarInt(), reader.ReadVarInt());
        return new DirectoryRequest(action, Codecs.Of<GrainId>().Read(ref reader), claim, version);
    }

    private DirectoryAnswer ReadAnswer(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body.Span, silo);
        return new DirectoryAnswer(reader.ReadBool(), reader.ReadVarInt(), Codecs.Of<SiloAddress?>().Read(ref reader));
    }

    private (long Version, uint From, HashRanges Ranges) ReadCollect(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body.Span[1..], silo);
        var (version, from) = (reader.ReadVarInt(), reader.ReadUInt32());
        var segments = new List<(uint, uint)>();
        for (var left = reader.ReadCount(); left > 0; left--)
            segments.Add((reader.ReadUInt32(), reader.ReadUInt32()));
        return (version, from, HashRanges.Of(segments));
    }

    private DirectoryPage ReadPage(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body.Span, silo);
        var next = reader.ReadVarUInt();
        return new DirectoryPage(ReadClaims(ref reader), next == 0 ? null : (uint)(next - 1));
    }
}
