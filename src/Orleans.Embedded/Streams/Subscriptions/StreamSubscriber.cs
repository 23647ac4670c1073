using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Who gets the events of a stream, by which subscription.</summary>
[GenerateSerializer, Immutable]
internal sealed record StreamSubscriber([property: Id(0)] Guid SubscriptionId, [property: Id(1)] GrainId Consumer)
{
    [Id(2)]
    public bool IsImplicit { get; init; }

    /// <summary>
    /// A subscription that nobody makes and nobody stores: class and stream make its identity, so that it is always the same.
    /// </summary>
    public static StreamSubscriber Implicit(GrainClass consumer, IdSpan key, string provider, StreamId stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{consumer.GrainType}\n{provider}\n{stream.Namespace.Length}\n"));
        hash.AppendData(stream.FullKey.Span);
        return new StreamSubscriber(new Guid(hash.GetHashAndReset().AsSpan(0, 16)), GrainId.Create(consumer.GrainType, key)) { IsImplicit = true };
    }

    /// <summary>The key that a grain of this class has for a stream; false if the stream's key is not of the class' kind.</summary>
    public static bool TryMapKey(GrainClass consumer, StreamId stream, out IdSpan key)
    {
        var text = stream.Key.Span;
        key = default;
        if (consumer.Type.IsAssignableTo(typeof(IGrainWithGuidKey)))
        {
            if (!Utf8Parser.TryParse(text, out Guid guid, out var used, 'N') || used != text.Length)
                return false;
            key = GrainIdKeyExtensions.CreateGuidKey(guid);
        }
        else if (consumer.Type.IsAssignableTo(typeof(IGrainWithIntegerKey)))
        {
            if (!Utf8Parser.TryParse(text, out long number, out var used) || used != text.Length)
                return false;
            key = GrainIdKeyExtensions.CreateIntegerKey(number);
        }
        else
        {
            key = new IdSpan(text.ToArray());
        }

        return true;
    }
}
