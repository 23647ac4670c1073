using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A question of the runtime on its way.</summary>
internal sealed class AskCall(SiloAddress silo, AskKind kind, ReadOnlyMemory<byte> body) : IOutgoingCall
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isGivenUp;

    public bool IsDone => _isGivenUp || _answer.Task.IsCompleted;

    public async Task<ReadOnlyMemory<byte>> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await _answer.Task.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException exception) when (!_answer.Task.IsCompleted)
        {
            throw new TimeoutException($"Silo {silo} did not answer {kind} within {limit}.", exception);
        }
        finally
        {
            _isGivenUp = true;
        }
    }

    public void Write(ref WireWriter writer) => writer.WriteRaw(body.Span);

    public void OnReply(ReplyKind reply, ref WireReader reader)
    {
        if (reply == ReplyKind.Result)
        {
            _answer.TrySetResult(reader.ReadRaw(reader.Remaining).ToArray());
            return;
        }

        var reason = reply == ReplyKind.Rejected ? (RejectionReason)reader.ReadByte() : default;
        var text = $"Silo {silo} did not answer {kind}: {reader.ReadString()}";
        _answer.TrySetException(reason == RejectionReason.Stopping ? new SiloUnavailableException(text) : new OrleansException(text));
    }

    public void OnLost(bool surelyNotExecuted, Exception why) => _answer.TrySetException(
        why is SiloUnavailableException or WireLimitException
            ? why
            : new SiloUnavailableException($"Silo {silo} could not be asked {kind}: {why.Message}", why));
}
