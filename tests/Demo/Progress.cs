namespace StyleShare.Demo;

/// <summary>A bar on a terminal; elsewhere one line at the end of each step.</summary>
internal sealed class Progress(string what, int total)
{
    private const int Width = 40;
    private const long MillisecondsBetweenDrawings = 100;
    private readonly Lock _drawing = new();
    private readonly long _start = Environment.TickCount64;
    private int _done;
    private long _drawn;

    /// <summary>One more is done.</summary>
    public void Step()
    {
        var done = Interlocked.Increment(ref _done);
        var now = Environment.TickCount64;
        lock (_drawing)
        {
            if (done < total && (Console.IsOutputRedirected || now - _drawn < MillisecondsBetweenDrawings))
                return;
            _drawn = now;
            Draw(Math.Max(done, Volatile.Read(ref _done)));
        }
    }

    private void Draw(int done)
    {
        var text = $"{what,-9} {done,6:N0} of {total:N0}";
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine($"{text} in {(Environment.TickCount64 - _start) / 1000.0:N1} s");
            return;
        }
        var filled = (int)((long)done * Width / total);
        Console.Write($"\r{what,-9} [{new string('#', filled)}{new string('.', Width - filled)}] {done:N0} of {total:N0}");
        if (done == total)
            Console.WriteLine($" in {(Environment.TickCount64 - _start) / 1000.0:N1} s");
    }
}
