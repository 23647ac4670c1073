using System.Diagnostics;
using System.Text;

namespace StyleShare.Backups;

/// <summary>A program that runs; killed when it is disposed before its end.</summary>
internal sealed class PostgresProgram : IAsyncDisposable
{
    private const int MostSaid = 4_096;
    private readonly string _name;
    private readonly Process _process;
    private readonly Task<string> _said;

    public PostgresProgram(string name, Process process)
    {
        _name = name;
        _process = process;
        _said = ReadErrors();
    }

    /// <summary>What it reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes; may end before the program has failed, which <see cref="Ended"/> tells.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Waits for its end.</summary>
    /// <exception cref="Refusal"><c>backup_program_failed</c>, with what it said.</exception>
    public async Task Ended(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        if (_process.ExitCode != 0)
            throw BackupErrors.ProgramFailed(_name, await _said is { Length: > 0 } said ? said : $"exit code {_process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _said;
        _process.Dispose();
    }

    // All of it is read, or the program would wait; the beginning says what it is about.
    private async Task<string> ReadErrors()
    {
        var said = new StringBuilder();
        var buffer = new char[1_024];
        try
        {
            while (await _process.StandardError.ReadAsync(buffer) is > 0 and var read)
                said.Append(buffer, 0, Math.Min(read, Math.Max(0, MostSaid - said.Length)));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was killed.
        }

        return said.ToString().Trim();
    }
}
