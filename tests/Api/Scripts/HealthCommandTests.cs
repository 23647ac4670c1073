using System.Diagnostics;

namespace StyleShare.Api.Tests.Scripts;

/// <summary><c>silo health</c>, by which containers ask.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task It_tells_whether_the_silo_lives()
    {
        await using var database = await TestDatabase.CreateAsync();
        Uri address;
        using (var silo = await SiloProcess.Start(database.ConnectionString))
        {
            address = silo.Address;
            Assert.Equal((0, ""), await Health($"http://+:{address.Port}"));
            await silo.Kill();
        }

        var (exitCode, says) = await Health(address.ToString());
        Assert.Equal(1, exitCode);
        Assert.Contains("does not answer", says, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Errors)> Health(string urls)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StyleShare.Silo.dll"), "health"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["URLS"] = urls;
        using var health = Process.Start(start)!;
        var errors = await health.StandardError.ReadToEndAsync();
        await health.WaitForExitAsync();
        return (health.ExitCode, errors);
    }
}
