using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace StyleShare.Benchmarks.Http;

/// <summary>What was measured on: figures mean nothing without it.</summary>
internal static class Machine
{
    public static async Task<string> Describe(string server)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand("SELECT current_setting('server_version'), current_setting('fsync')");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return string.Create(CultureInfo.InvariantCulture, $"{Processor()}, {Environment.ProcessorCount} cores, {memory:0} GB, {RuntimeInformation.OSDescription}; ")
            + $".NET {Environment.Version}, PostgreSQL {reader.GetString(0)} (fsync {reader.GetString(1)}); silo, database and load on this one machine";
    }

    private static string Processor()
    {
        const string key = "model name";
        var line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
