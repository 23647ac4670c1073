using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>Networks over loopback, without a silo on top: their calls carry plain bytes.</summary>
internal static class TestNetwork
{
    public const string Secret = "correct horse battery staple, they said";

    /// <summary>Far more than anything takes, on any machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static SiloNetwork Create(Action<NetworkOptions>? configure = null, string clusterId = "tests", int maxMessage = 1024 * 1024, int port = 0)
    {
        var options = new NetworkOptions { Secret = Secret };
        configure?.Invoke(options);
        return new SiloNetwork(
            silo: null,
            new ClusterOptions { ClusterId = clusterId },
            new EndpointOptions { AdvertisedIPAddress = IPAddress.Loopback, SiloPort = port },
            new SiloMessagingOptions { MaxMessageBodySize = maxMessage },
            options,
            NullLoggerFactory.Instance,
            TimeProvider.System);
    }

    /// <summary>One that answers every call with its own body.</summary>
    public static SiloNetwork StartEcho(Action<NetworkOptions>? configure = null, string clusterId = "tests", int maxMessage = 1024 * 1024) =>
        Start(static (to, body) => to.Answer(body), configure, clusterId, maxMessage);

    public static SiloNetwork Start(
        Action<ReplyTo, byte[]> onCall, Action<NetworkOptions>? configure = null, string clusterId = "tests", int maxMessage = 1024 * 1024)
    {
        var network = Create(configure, clusterId, maxMessage);
        network.Start(new Handler(onCall));
        return network;
    }

    public static void Answer(this ReplyTo to, byte[] body, ReplyKind kind = ReplyKind.Result) =>
        to.Reply(kind, body, static (ref writer, body) => writer.WriteRaw(body));

    public static TestCall Call(this SiloNetwork network, SiloAddress silo, string text) => network.Call(silo, Encoding.UTF8.GetBytes(text));

    public static TestCall Call(this SiloNetwork network, SiloAddress silo, byte[] body)
    {
        var call = new TestCall(body);
        call.Id = network.Call(silo, (IOutgoingCall)call);
        return call;
    }

    public static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(5, limit.Token);
    }
}

/// <summary>Takes calls.</summary>
internal sealed class Handler(Action<ReplyTo, byte[]> onCall, Action<SiloAddress, long>? onCancel = null) : IIncomingCalls
{
    public void OnCall(ReplyTo replyTo, ref WireReader body) => onCall(replyTo, body.ReadRaw(body.Remaining).ToArray());

    public void OnCancel(SiloAddress from, long callId) => onCancel?.Invoke(from, callId);
}

/// <summary>What became of a call; Lost is null if it was answered.</summary>
internal sealed record Outcome(ReplyKind Kind, byte[] Body, Exception? Lost = null, bool SurelyNotExecuted = false)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A call of plain bytes.</summary>
internal sealed class TestCall(byte[] body) : IOutgoingCall
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outcomes;

    public long Id { get; set; }

    public bool IsDone { get; set; }

    /// <summary>How often it was told something: never more than once.</summary>
    public int Outcomes => Volatile.Read(ref _outcomes);

    public Task<Outcome> Outcome => _outcome.Task.WaitAsync(TestNetwork.Patience);

    public void Write(ref WireWriter writer) => writer.WriteRaw(body);

    public void OnReply(ReplyKind kind, ref WireReader reader) => Done(new Outcome(kind, reader.ReadRaw(reader.Remaining).ToArray()));

    public void OnLost(bool surelyNotExecuted, Exception why) => Done(new Outcome(default, [], why, surelyNotExecuted));

    private void Done(Outcome outcome)
    {
        Interlocked.Increment(ref _outcomes);
        _outcome.TrySetResult(outcome);
    }
}
