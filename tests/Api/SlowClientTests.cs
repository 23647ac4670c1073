using System.Net.Sockets;
using System.Text;

namespace StyleShare.Api.Tests;

public sealed class SlowClientTests(SlowClientTests.Host host) : IClassFixture<SlowClientTests.Host>
{
    [Fact]
    public async Task A_thousand_connections_that_send_nothing_keep_nobody_from_being_served_and_are_closed()
    {
        var mina = await host.Somebody();
        var silent = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Connect()));
        try
        {
            Assert.Equal(200, (await mina.Client.Get("/v1/me")).Status);
            await mina.Publish();
            Assert.Equal(200, (await (await host.Somebody()).Client.Get("/v1/users/" + mina.Id)).Status);
            await Task.WhenAll(silent.Select(ReadToEnd));
        }
        finally
        {
            foreach (var socket in silent)
                socket.Dispose();
        }
    }

    [Fact]
    public async Task Headers_that_never_end_are_not_waited_for()
    {
        using var socket = await Connect();
        await socket.SendAsync("GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 408", await ReadToEnd(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_never_comes_is_not_waited_for()
    {
        var mina = await host.Somebody();
        using var socket = await Connect();
        await Send(
            socket,
            $"POST /v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mina.Client.Token}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 408", await ReadToEnd(socket), StringComparison.Ordinal);
        Assert.Empty((await mina.Client.Get("/v1/feed")).Items);
    }

    [Fact]
    public async Task A_caller_who_stops_reading_is_disconnected_and_others_are_served()
    {
        var mina = await host.Somebody();
        using var socket = await Connect();
        var request = Encoding.ASCII.GetBytes(
            $"GET /openapi/v1.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mina.Client.Token}\r\n\r\n");
        var sending = Task.Run(async () =>
        {
            try
            {
                while (true)
                    await socket.SendAsync(request, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                // The server has had enough.
            }
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!sending.IsCompleted)
        {
            Assert.Equal(200, (await mina.Client.Get("/v1/me")).Status);
            await Task.WhenAny(sending, Task.Delay(100, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }

        await sending;
    }

    [Fact]
    public async Task A_caller_who_leaves_in_the_middle_is_no_error()
    {
        var mina = await host.Somebody();
        for (var i = 0; i < 20; i++)
        {
            using var socket = await Connect();
            await Send(
                socket,
                $"POST /v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mina.Client.Token}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"caption\":");
            socket.Close(0);
        }

        Assert.Equal(200, (await mina.Client.Get("/v1/me")).Status);
    }

    private async Task<Socket> Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task Send(Socket socket, string text) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    private static async Task<string> ReadToEnd(Socket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            return await reader.ReadToEndAsync(limit.Token);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>A host that waits less than usual.</summary>
    public sealed class Host : ApiHost
    {
        protected override string[] Settings =>
        [
            "--StyleShare:Http:HeadersTimeout", "00:00:02",
            "--StyleShare:Http:KeepAlive", "00:00:05",
            "--StyleShare:Http:MinBytesPerSecond", "10000000",
        ];
    }
}
