using System.Buffers;
using System.IO.Pipelines;

namespace StyleShare.Api.Conventions;

/// <summary>A request's body as a stream, for those that go on to be read as they come.</summary>
/// <remarks>A read of the server's own stream that is cancelled by a token leaves its reader unusable, which the server logs as
/// an error of ours.</remarks>
internal sealed class BodyStream(PipeReader reader) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var registration = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        var result = await reader.ReadAsync(CancellationToken.None);
        var read = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        read.CopyTo(buffer.Span);
        var length = (int)read.Length;
        reader.AdvanceTo(read.End);
        return result.IsCanceled ? throw new OperationCanceledException(cancellationToken) : length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The server reads asynchronously only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
