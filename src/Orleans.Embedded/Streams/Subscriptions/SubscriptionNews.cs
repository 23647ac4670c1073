using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>
/// Tells the agents in other silos what changed about a stream's subscriptions: any of them may be the one that reads the
/// stream. A silo that did not hear of it is told again for as long as it belongs to the cluster.
/// </summary>
internal sealed class SubscriptionNews
{
    private const byte Subscribers = 0;
    private const byte Rewinding = 1;

    // Whoever subscribes waits for the news to have come; what is down longer than this is told later.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // With pauses that grow to ten seconds: longer than any silo is kept that does not answer.
    private const int MaxTries = 30;

    private readonly Silo _silo;
    private readonly ISiloNetwork _network;
    private readonly IClusterMembership _membership;

    /// <summary>Before the network starts.</summary>
    public SubscriptionNews(Silo silo, ISiloNetwork network, IClusterMembership membership)
    {
        _silo = silo;
        _network = network;
        _membership = membership;
        network.OnAsk(AskKind.SubscriptionsChanged, (_, body) => new(Answer(body)));
    }

    private delegate void BodyWriter(ref WireWriter writer);

    /// <summary>The subscriptions are these now; the answer is the highest version that an agent knew of.</summary>
    public Task<long> Changed(string provider, StreamId stream, StreamSubscribers subscribers) =>
        TellAll(Write(Subscribers, provider, stream, (ref writer) => Codecs.Of<StreamSubscribers?>().Write(ref writer, subscribers)));

    /// <summary>A subscription reads from a place on.</summary>
    public Task Rewind(string provider, StreamId stream, Guid subscriptionId, StreamSequenceToken token) =>
        TellAll(Write(Rewinding, provider, stream, (ref writer) =>
        {
            writer.WriteGuid(subscriptionId);
            Codecs.Of<StreamSequenceToken?>().Write(ref writer, token);
        }));

    private static ReadOnlyMemory<byte> Write(byte kind, string provider, StreamId stream, BodyWriter write)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteByte(kind);
        writer.WriteString(provider);
        Codecs.Of<StreamId>().Write(ref writer, stream);
        write(ref writer);
        return buffer.Written.ToArray();
    }

    private ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body.Span, _silo);
        var kind = reader.ReadVarUInt(Rewinding);
        var provider = _silo.Services.GetKeyedService<PersistentStreams>(reader.ReadString());
        var stream = Codecs.Of<StreamId>().Read(ref reader);
        var known = 0L;
        if (kind == Subscribers)
        {
            var subscribers = Codecs.Of<StreamSubscribers?>().Read(ref reader) ?? throw new WireFormatException("Subscriptions are missing.");
            known = provider?.OnSubscriptionsChanged(stream, subscribers) ?? 0;
        }
        else
        {
            var subscription = reader.ReadGuid();
            var token = Codecs.Of<StreamSequenceToken?>().Read(ref reader) ?? throw new WireFormatException("A place in a stream is missing.");
            provider?.RewindHere(stream, subscription, token);
        }

        return BitConverter.GetBytes(known);
    }

    private async Task<long> TellAll(ReadOnlyMemory<byte> body)
    {
        var known = await Task.WhenAll(_membership.View.Members.Where(IsThere).Select(member => Tell(member.Address, body)));
        return known.Append(0).Max();
    }

    private bool IsThere(ClusterMember member) =>
        member.Status is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown && !member.Address.Equals(_network.Address);

    private async Task<long> Tell(SiloAddress silo, ReadOnlyMemory<byte> body)
    {
        try
        {
            return await Ask(silo, body);
        }
        catch (Exception exception)
        {
            _silo.Log.SubscriptionNewsLate(silo, exception);
            _ = TellLater(silo, body);
            return 0;
        }
    }

    private async Task<long> Ask(SiloAddress silo, ReadOnlyMemory<byte> body)
    {
        var answer = await _network.Ask(silo, AskKind.SubscriptionsChanged, body, Limit);
        return answer.Length == sizeof(long) ? BitConverter.ToInt64(answer.Span) : 0;
    }

    private async Task TellLater(SiloAddress silo, ReadOnlyMemory<byte> body)
    {
        for (var tries = 1; tries <= MaxTries && !_silo.IsStopping; tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(tries, 10)), _silo.TimeProvider).ConfigureAwait(false);
            if (!_membership.View.Members.Any(member => member.Address.Equals(silo) && IsThere(member)))
                return;
            try
            {
                await Ask(silo, body).ConfigureAwait(false);
                return;
            }
            catch (Exception)
            {
                // The first failure was logged.
            }
        }
    }
}
