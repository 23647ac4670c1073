using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

public sealed class SlowUploadTests(SlowUploadTests.Host host) : IClassFixture<SlowUploadTests.Host>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_that_stands_still_is_ended_and_nothing_of_it_is_kept()
    {
        var store = host.Services.GetRequiredService<IObjectStore>();
        var put = await store.SignPut("uploads/slow", "image/png", 1_000_000, TimeSpan.FromMinutes(5));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"PUT {put.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n"), Cancellation);
        await socket.SendAsync(new byte[100_000], Cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        // The limit of the whole transfer ends it, or that of the rate on a machine that is slow itself.
        Assert.Matches("^HTTP/1.1 (503|408) ", await reader.ReadLineAsync(Cancellation));
        Assert.Null(await store.Head("uploads/slow", Cancellation));
        Assert.Empty(Directory.EnumerateFiles(host.Database.ObjectFolder, "*", SearchOption.AllDirectories));
    }

    public sealed class Host : ApiHost
    {
        protected override string[] Settings => ["--StyleShare:Objects:TransferLasts", "00:00:01"];
    }
}
