using System.Diagnostics;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>
/// How many calls a second two networks of one process carry when nothing is done with them: by hand,
/// <c>dotnet run -c Release -- -explicit only -class EngineTests.Network.Throughput</c>.
/// </summary>
public sealed class Throughput
{
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Raw_calls_a_second(int callers)
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.Create();
        b.Start(new Echo());
        await a.Call(b.Address, "connect").Outcome;

        var all = Enumerable.Range(0, callers).Select(_ => new Caller(a, b.Address)).ToList();
        var allocated = GC.GetTotalAllocatedBytes();
        var processor = Environment.CpuUsage.TotalTime;
        var time = Stopwatch.StartNew();
        all.ForEach(static caller => caller.Next());
        await Task.Delay(TimeSpan.FromSeconds(4));
        var calls = all.Sum(static caller => (long)caller.Calls);
        var elapsed = time.Elapsed;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        processor = Environment.CpuUsage.TotalTime - processor;
        all.ForEach(static caller => caller.Stop());
        TestContext.Current.SendDiagnosticMessage(
            $"{callers} callers: {calls / elapsed.TotalSeconds:N0} calls/s, {processor.TotalMicroseconds / calls:N2} us of processor and {(double)allocated / calls:N0} bytes a call");
        await TestNetwork.Until(() => a.PendingCalls == 0);
    }

    private sealed class Echo : IIncomingCalls
    {
        public void OnCall(ReplyTo replyTo, ref WireReader body) =>
            replyTo.Reply(ReplyKind.Result, body.ReadUInt64(), static (ref writer, number) => writer.WriteUInt64(number));

        public void OnCancel(SiloAddress from, long callId)
        {
        }
    }

    // Calls again when it is answered.
    private sealed class Caller(SiloNetwork network, SiloAddress silo) : IOutgoingCall
    {
        private static readonly byte[] Payload = new byte[100];
        private volatile bool _isStopped;

        public ulong Calls { get; private set; }

        public bool IsDone => false;

        public void Next() => network.Call(silo, this);

        public void Stop() => _isStopped = true;

        public void Write(ref WireWriter writer)
        {
            writer.WriteUInt64(Calls);
            writer.WriteRaw(Payload);
        }

        public void OnReply(ReplyKind kind, ref WireReader reader)
        {
            if (reader.ReadUInt64() != Calls++)
                throw new InvalidOperationException("This is the answer of another call.");
            if (!_isStopped)
                Next();
        }

        public void OnLost(bool surelyNotExecuted, Exception why)
        {
        }
    }
}
