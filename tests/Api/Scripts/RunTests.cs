using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace StyleShare.Api.Tests.Scripts;

public sealed partial class RunTests
{
    [Theory]
    [InlineData("--frob", "unknown argument '--frob'")]
    [InlineData("--port", "--port takes a number")]
    [InlineData("--port=0", "--port takes a number")]
    [InlineData("--port=65536", "--port takes a number")]
    [InlineData("--silos", "--silos takes a number from 1 to 9")]
    [InlineData("--silos=0", "--silos takes a number from 1 to 9")]
    [InlineData("--silos=10", "--silos takes a number from 1 to 9")]
    [InlineData("--autoscale=3", "--autoscale takes a range within 1..9")]
    [InlineData("--autoscale=4..1", "--autoscale takes a range within 1..9")]
    public async Task An_argument_that_makes_no_sense_is_refused(string argument, string says)
    {
        using var script = new Script();
        var (exitCode, output) = await script.Run("run", argument);
        Assert.Equal(1, exitCode);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tests_refuse_an_argument_that_makes_no_sense()
    {
        using var script = new Script();
        var (exitCode, output) = await script.Run("test", "--frob");
        Assert.Equal(1, exitCode);
        Assert.Contains("unknown argument '--frob'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_told_and_nothing_is_started()
    {
        using var script = new Script();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;
        var (exitCode, output) = await script.Run("run", "--port", port.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, exitCode);
        Assert.Contains($"port {port} is taken", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(script.Data));
    }

    [Fact]
    public async Task Data_of_another_version_is_told_and_left_alone()
    {
        using var script = new Script();
        Directory.CreateDirectory(Path.Combine(script.Data, "data"));
        var version = Path.Combine(script.Data, "data/PG_VERSION");
        await File.WriteAllTextAsync(version, "9.6\n");
        var (exitCode, output) = await script.Run("run", "--port", Port());
        Assert.Equal(1, exitCode);
        Assert.Contains("is of PostgreSQL 9.6", output, StringComparison.Ordinal);
        Assert.Equal("9.6\n", await File.ReadAllTextAsync(version));
    }

    [Fact]
    public async Task It_serves_what_it_prints_refuses_a_second_start_and_ends_in_order()
    {
        using var script = new Script();
        using var running = script.Start("run", "--port", Port());
        await running.Ready();
        var (second, refused) = await script.Run("run", "--port", Port());
        Assert.Equal(1, second);
        Assert.Contains("runs already from this folder", refused, StringComparison.Ordinal);
        var printed = running.Output();
        Assert.Contains("\"items\":[{", await Shell(Lines(printed)), StringComparison.Ordinal);
        await Stopped(running, "INT");
        Assert.False(script.PostgresRuns);

        // Data is kept: who signed up is there after the next start.
        using var again = script.Start("run", "--port", Address().Match(printed).Groups["port"].Value);
        await again.Ready();
        Assert.Contains("handle_taken", await Shell(SignUp().Match(printed).Groups["curl"].Value), StringComparison.Ordinal);
        await Stopped(again, "TERM");
    }

    [Fact]
    public async Task A_killed_silo_takes_the_database_along()
    {
        using var script = new Script();
        using var running = script.Start("run", "--port", Port());
        await running.Ready();
        await running.SignalSilo("KILL");
        var (exitCode, output) = await running.End();
        Assert.Equal(1, exitCode);
        Assert.Contains("the silo ended by itself", output, StringComparison.Ordinal);
        Assert.False(script.PostgresRuns);
    }

    private static async Task Stopped(Script.Running running, string signal)
    {
        await running.Signal(signal);
        Assert.Equal(0, (await running.End()).ExitCode);
    }

    // The three lines as a person pastes them into a shell.
    private static string Lines(string printed) => string.Join('\n', printed.Split('\n')
        .Where(line => line.StartsWith("TOKEN=", StringComparison.Ordinal) || line.StartsWith("curl ", StringComparison.Ordinal)));

    private static async Task<string> Shell(string lines)
    {
        var start = new ProcessStartInfo("bash", ["-c", lines]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    private static string Port() => Script.FreePort().ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"StyleShare is at http://localhost:(?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"TOKEN=\$\((?<curl>.+?) \| sed", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignUp();
}
