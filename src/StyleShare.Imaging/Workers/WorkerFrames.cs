using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace StyleShare.Imaging.Workers;

/// <summary>What a worker says.</summary>
internal enum WorkerAnswer : byte
{
    /// <summary>It can start; the payload is whether its memory is limited, and libvips' version.</summary>
    Ready = 1,

    /// <summary>How far it is, in percent: one byte.</summary>
    Progress,

    /// <summary>The picture and its renditions.</summary>
    Rendered,

    /// <summary>A <see cref="RejectReason"/>: one byte.</summary>
    Rejected,

    /// <summary>The picture needs more memory than it may have; it ends afterwards.</summary>
    OutOfMemory,

    /// <summary>It can never start here; the payload says why.</summary>
    Unavailable,
}

/// <summary>
/// What goes through a worker's standard input and output: frames with a length, little-endian. The silo believes no worker:
/// it has read a stranger's file.
/// </summary>
internal static partial class WorkerFrames
{
    /// <summary>The bytes before a request's file: settings, and the file's length.</summary>
    public const int RequestHead = 24;

    /// <summary>The bytes before an answer: what it is, and its length.</summary>
    public const int AnswerHead = 5;

    /// <summary>The longest answer. Eight renditions of pure noise are under 4 MB.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    private const int MaxSide = 1080, MaxText = 256;
    private static readonly ImmutableArray<string> Names =
        [RenditionNames.Large, RenditionNames.Medium, RenditionNames.Small, RenditionNames.Square];
    private static readonly ImmutableArray<string> Types = ["image/jpeg", "image/webp"];

    public static byte[] Request(RenderSettings settings, int length)
    {
        var head = new byte[RequestHead];
        BinaryPrimitives.WriteInt64LittleEndian(head, settings.MaxPixels);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), settings.JpegQuality);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), settings.WebpQuality);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), settings.WebpEffort);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(20), length);
        return head;
    }

    public static (RenderSettings Settings, int Length) Request(ReadOnlySpan<byte> head) =>
        (new RenderSettings(
            BinaryPrimitives.ReadInt64LittleEndian(head),
            BinaryPrimitives.ReadInt32LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[16..])),
        BinaryPrimitives.ReadInt32LittleEndian(head[20..]));

    public static void Write(Stream stream, WorkerAnswer answer, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[AnswerHead];
        head[0] = (byte)answer;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], payload.Length);
        stream.Write(head);
        stream.Write(payload);
        stream.Flush();
    }

    /// <summary>The next answer.</summary>
    /// <exception cref="EndOfStreamException">The worker has ended.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static async Task<(WorkerAnswer Answer, byte[] Payload)> Read(Stream stream)
    {
        var head = new byte[AnswerHead];
        await stream.ReadExactlyAsync(head);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
        if (head[0] is < (byte)WorkerAnswer.Ready or > (byte)WorkerAnswer.Unavailable || length is < 0 or > MaxAnswer)
            throw new InvalidDataException("A worker's answer makes no sense.");
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload);
        return ((WorkerAnswer)head[0], payload);
    }

    public static byte[] Rendered(RenderResult.Rendered rendered)
    {
        using var memory = new MemoryStream(512 * 1024);
        using var writer = new BinaryWriter(memory, Encoding.ASCII);
        writer.Write(rendered.Picture.Width);
        writer.Write(rendered.Picture.Height);
        writer.Write(rendered.Picture.Placeholder);
        writer.Write(rendered.Picture.Color);
        writer.Write((byte)rendered.Renditions.Length);
        foreach (var rendition in rendered.Renditions)
        {
            writer.Write((byte)Names.IndexOf(rendition.Name));
            writer.Write((byte)Types.IndexOf(rendition.ContentType));
            writer.Write((short)rendition.Width);
            writer.Write((short)rendition.Height);
            writer.Write(rendition.Bytes.Length);
            writer.Write(rendition.Bytes.Span);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <exception cref="InvalidDataException">A worker of ours does not say such a thing.</exception>
    public static RenderResult.Rendered Rendered(byte[] payload)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.ASCII);
            var picture = new Picture(Positive(reader.ReadInt32()), Positive(reader.ReadInt32()), reader.ReadString(), reader.ReadString());
            Require(picture.Placeholder.Length <= MaxText && Base64().IsMatch(picture.Placeholder) && Color().IsMatch(picture.Color));
            var renditions = ImmutableArray.CreateBuilder<Rendition>(Names.Length * Types.Length);
            Require(reader.ReadByte() == renditions.Capacity);
            for (var i = 0; i < renditions.Capacity; i++)
                renditions.Add(Rendition(reader, payload, Names[i / Types.Length], Types[i % Types.Length]));
            Require(reader.BaseStream.Position == payload.Length);
            return new RenderResult.Rendered(picture, renditions.MoveToImmutable());
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or IOException)
        {
            throw new InvalidDataException("A worker's renditions make no sense.", e);
        }
    }

    /// <exception cref="InvalidDataException">There is no such reason.</exception>
    public static RejectReason Rejected(byte[] payload)
    {
        Require(payload.Length == 1 && payload[0] <= (byte)RejectReason.Corrupt);
        return (RejectReason)payload[0];
    }

    private static Rendition Rendition(BinaryReader reader, byte[] payload, string name, string type)
    {
        Require(Names[Index(reader.ReadByte(), Names.Length)] == name && Types[Index(reader.ReadByte(), Types.Length)] == type);
        int width = Positive(reader.ReadInt16()), height = Positive(reader.ReadInt16()), length = Positive(reader.ReadInt32());
        var at = (int)reader.BaseStream.Position;
        Require(width <= MaxSide && height <= MaxSide && length <= payload.Length - at);
        reader.BaseStream.Position = at + length;
        return new Rendition(name, type, width, height, payload.AsMemory(at, length));
    }

    private static int Positive(int value)
    {
        Require(value > 0);
        return value;
    }

    private static int Index(byte value, int count)
    {
        Require(value < count);
        return value;
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidDataException("A worker's answer makes no sense.");
    }

    [GeneratedRegex("^[A-Za-z0-9+/]+={0,2}$", RegexOptions.None, 1_000)]
    private static partial Regex Base64();

    [GeneratedRegex("^#[0-9a-f]{6}$", RegexOptions.None, 1_000)]
    private static partial Regex Color();
}
