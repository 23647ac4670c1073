using System.Net;
using EngineTests.Stress;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>Who is let in, and whom one lets oneself in with.</summary>
public sealed class HelloTests
{
    private const string OtherSecret = "another secret that is long enough, too";

    [Theory]
    [InlineData(OtherSecret)]
    [InlineData(null)]
    public async Task One_without_the_secret_gets_nothing_and_hears_no_more_than_a_nonce(string? secret)
    {
        await using var b = TestNetwork.StartEcho();
        using var stranger = await RawConnection.Dial(b.Address);
        var hello = RawConnection.HelloOf(RawConnection.SomeAddress(), secret);
        var refused = await Assert.ThrowsAsync<HelloException>(() => hello.Dial(stranger, b.Address, CancellationToken.None));
        Assert.Contains("secret", refused.Message, StringComparison.Ordinal);
        await stranger.Send(FrameKind.Call, 1, "let me in"u8.ToArray()).ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Empty(await stranger.ReadToEnd());
    }

    [Fact]
    public async Task A_silo_sends_no_call_to_a_listener_that_does_not_know_the_secret()
    {
        await using var a = TestNetwork.StartEcho();
        using var impostor = new RawListener();
        var call = a.Call(impostor.Address, "for the cluster only");
        using var connection = await impostor.Accept();
        var hello = RawConnection.HelloOf(impostor.Address, OtherSecret);
        await Assert.ThrowsAsync<HelloException>(() => hello.Accept(connection, CancellationToken.None));
        connection.Dispose();
        Assert.True((await call.Outcome).SurelyNotExecuted);
    }

    [Fact]
    public async Task A_listener_that_repeats_the_dialers_own_proof_does_not_pass()
    {
        await using var a = TestNetwork.StartEcho();
        using var mirror = new RawListener();
        var call = a.Call(mirror.Address, "x");
        using var connection = await mirror.Accept();
        // What a says first is a valid answer but for its kind; whatever it says then comes back to it.
        var echo = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            while (await connection.Stream.ReadAsync(buffer) is var count and > 0)
                await connection.Stream.WriteAsync(buffer.AsMemory(0, count));
        });
        Assert.True((await call.Outcome).SurelyNotExecuted);
        await echo.WaitAsync(TestNetwork.Patience).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Garbage_is_closed_without_a_word(int length)
    {
        var random = new Random(Seed.Next());
        await using var b = TestNetwork.StartEcho(static options => options.HelloTimeout = TimeSpan.FromSeconds(2));
        using var stranger = await RawConnection.Dial(b.Address);
        var garbage = new byte[length];
        random.NextBytes(garbage);
        try
        {
            await stranger.Stream.WriteAsync(garbage);
        }
        catch (IOException)
        {
            // It has closed before it had heard all of it.
        }

        Assert.Empty(await stranger.ReadToEnd());
        await using var a = TestNetwork.StartEcho();
        // A loaded machine may take longer for a proper hello than this one gives it.
        while ((await a.Call(b.Address, "still there").Outcome).Text != "still there")
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Strangers_that_say_nothing_make_room_for_others_and_are_closed_in_the_end()
    {
        await using var b = TestNetwork.StartEcho(static options => options.MaxStrangers = 2);
        using var first = await RawConnection.Dial(b.Address);
        using var second = await RawConnection.Dial(b.Address);
        using var third = await RawConnection.Dial(b.Address);
        Assert.Empty(await first.ReadToEnd());

        await using var a = TestNetwork.StartEcho();
        Assert.Equal("in", (await a.Call(b.Address, "in").Outcome).Text);
        Assert.Empty(await second.ReadToEnd());
        Assert.Empty(await third.ReadToEnd());
    }

    [Fact]
    public async Task A_silo_of_another_cluster_is_refused_with_both_names()
    {
        await using var a = TestNetwork.StartEcho(clusterId: "blue");
        await using var b = TestNetwork.StartEcho(clusterId: "green");
        await IsRefused(a, b.Address, "'green'", "'blue'");
    }

    [Fact]
    public async Task Another_life_of_a_silo_on_the_same_port_is_not_taken_for_it()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        var earlier = SiloAddress.New(b.Address.Endpoint, b.Address.Generation - 1);
        await IsRefused(a, earlier, $"{b.Address}", $"{earlier}");
        Assert.Equal("now", (await a.Call(b.Address, "now").Outcome).Text);
    }

    [Fact]
    public async Task A_silo_that_is_known_to_be_dead_is_neither_let_in_nor_dialed()
    {
        await using var a = TestNetwork.StartEcho();
        await using var b = TestNetwork.StartEcho();
        b.IsKnownDead = a.Address.Equals;
        await IsRefused(a, b.Address, "dead");
        var outcome = await b.Call(a.Address, "x").Outcome;
        Assert.True(outcome.SurelyNotExecuted);
        Assert.Contains("dead", outcome.Lost!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    public async Task A_dialer_of_other_versions_is_told_which_are_spoken(ushort min, ushort max)
    {
        await using var b = TestNetwork.StartEcho();
        using var dialer = await RawConnection.Dial(b.Address);
        var offer = Hello.Offer(min, max, new byte[Hello.NonceSize]);
        await dialer.Stream.WriteAsync((byte[])[(byte)offer.Length, 0, .. offer]);
        var answer = System.Text.Encoding.UTF8.GetString(await dialer.ReadToEnd());
        Assert.Contains($"versions {Hello.MinVersion} to {Hello.MaxVersion}", answer, StringComparison.Ordinal);
        Assert.Contains($"not {min} to {max}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialer_of_newer_versions_that_speaks_ours_too_is_let_in()
    {
        await using var b = TestNetwork.StartEcho();
        using var dialer = await RawConnection.Dial(b.Address);
        var hello = new Hello("tests", RawConnection.SomeAddress(), TestNetwork.Secret, static _ => null) { Speaks = (0, 9) };
        Assert.Equal(Hello.MaxVersion, await hello.Dial(dialer, b.Address, CancellationToken.None));
        await dialer.Send(FrameKind.Call, 7, "hi"u8.ToArray());
        var (header, body) = await dialer.Receive();
        Assert.Equal(new FrameHeader(FrameKind.Reply, (byte)ReplyKind.Result, 7), header);
        Assert.Equal("hi"u8.ToArray(), body);
    }

    [Fact]
    public void A_short_secret_and_a_port_open_to_others_without_one_are_refused()
    {
        Assert.Throws<OrleansConfigurationException>(() => TestNetwork.Create(static options => options.Secret = "short"));
        var anywhere = new EndpointOptions { AdvertisedIPAddress = IPAddress.Any, SiloPort = 0 };
        Assert.Throws<OrleansConfigurationException>(() => new SiloNetwork(
            null, new ClusterOptions(), anywhere, new SiloMessagingOptions(), new NetworkOptions(), NullLoggerFactory.Instance, TimeProvider.System));
    }

    [Fact]
    public async Task Without_a_secret_silos_of_one_machine_find_each_other()
    {
        await using var a = TestNetwork.StartEcho(static options => options.Secret = null);
        await using var b = TestNetwork.StartEcho(static options => options.Secret = null);
        Assert.Equal("x", (await a.Call(b.Address, "x").Outcome).Text);
    }

    private static async Task IsRefused(SiloNetwork a, SiloAddress b, params string[] texts)
    {
        var outcome = await a.Call(b, "x").Outcome;
        Assert.True(outcome.SurelyNotExecuted);
        Assert.IsType<SiloUnavailableException>(outcome.Lost);
        Assert.All(texts, text => Assert.Contains(text, outcome.Lost.Message, StringComparison.Ordinal));
    }
}
