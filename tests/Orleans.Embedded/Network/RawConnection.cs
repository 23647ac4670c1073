using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>One end of a connection that does what the test says, and no more.</summary>
internal sealed class RawConnection : IDuplexPipe, IDisposable
{
    private readonly Socket _socket;

    public RawConnection(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
        // For the hello only: behind it neither side says anything before it has heard its end, so nothing is read ahead.
        Input = PipeReader.Create(Stream);
        Output = PipeWriter.Create(Stream);
    }

    public NetworkStream Stream { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Connects to whoever listens there, and says nothing yet.</summary>
    public static async Task<RawConnection> Dial(SiloAddress silo)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(silo.Endpoint);
        return new RawConnection(socket);
    }

    /// <summary>A silo in the eyes of those who hello with this one.</summary>
    public static SiloAddress SomeAddress(int port = 1) => SiloAddress.New(IPAddress.Loopback, port, 1);

    public static Hello HelloOf(SiloAddress self, string? secret = TestNetwork.Secret, string clusterId = "tests") =>
        new(clusterId, self, secret, static _ => null);

    /// <summary>Connects to a silo and says a proper hello.</summary>
    public static async Task<RawConnection> DialIn(SiloAddress silo)
    {
        var connection = await Dial(silo);
        await HelloOf(SomeAddress()).Dial(connection, silo, CancellationToken.None);
        return connection;
    }

    /// <summary>Whether the other side has closed it, or does so before long; what it sends before is handed out.</summary>
    public async Task<byte[]> ReadToEnd()
    {
        using var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all).WaitAsync(TestNetwork.Patience);
        }
        catch (IOException)
        {
            // Closed with a reset: what this side sent had not all been read.
        }

        return all.ToArray();
    }

    public async Task Send(FrameKind kind, long id, byte[] body, byte code = 0)
    {
        using var buffer = new WireBuffer();
        new FrameHeader(kind, code, id).Write(buffer);
        new WireWriter(buffer).WriteRaw(body);
        FrameHeader.WriteLength(buffer, 0);
        await Stream.WriteAsync(buffer.WrittenMemory);
    }

    public async Task<(FrameHeader Header, byte[] Body)> Receive()
    {
        var length = new byte[FrameHeader.LengthSize];
        await Stream.ReadExactlyAsync(length).AsTask().WaitAsync(TestNetwork.Patience);
        var frame = new byte[BitConverter.ToInt32(length)];
        await Stream.ReadExactlyAsync(frame).AsTask().WaitAsync(TestNetwork.Patience);
        return (FrameHeader.Read(frame), frame[FrameHeader.AfterLength..]);
    }

    /// <summary>As a process that is killed: what it has not read is answered with a reset.</summary>
    public void Kill()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Dispose();
    }

    public void Dispose() => Stream.Dispose();
}

/// <summary>Somewhere to connect to, where the test says what happens.</summary>
internal sealed class RawListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RawListener()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = SiloAddress.New((IPEndPoint)_socket.LocalEndPoint!, 1);
        _socket.Listen();
    }

    public SiloAddress Address { get; }

    public async Task<RawConnection> Accept() => new(await _socket.AcceptAsync().WaitAsync(TestNetwork.Patience));

    /// <summary>Accepts, and hears a proper hello.</summary>
    public async Task<RawConnection> LetIn()
    {
        var connection = await Accept();
        await RawConnection.HelloOf(Address).Accept(connection, CancellationToken.None).WaitAsync(TestNetwork.Patience);
        return connection;
    }

    public void Dispose() => _socket.Dispose();
}
