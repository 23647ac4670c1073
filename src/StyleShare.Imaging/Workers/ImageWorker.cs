using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using StyleShare.Imaging.Vips;
using StyleShare.Imaging.Workers;

namespace StyleShare.Imaging;

/// <summary>A worker process: renders one picture after the other, as its standard input asks, until that ends.</summary>
public static class ImageWorker
{
    /// <summary>The first argument of a process that is to be one.</summary>
    public const string Argument = "image-worker";

    /// <summary>Whether these arguments ask for a worker.</summary>
    public static bool IsAskedFor(string[] args) => args is [Argument, ..];

    /// <summary>Works until the process that started this one has had enough, or is gone; the exit code.</summary>
    /// <param name="args"><see cref="Argument"/>, and the limit of memory in bytes.</param>
    public static int Run(string[] args)
    {
        if (args is not [Argument, var memory] || !long.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            Console.Error.WriteLine($"usage: {Argument} MEMORY-LIMIT-IN-BYTES; started by the silo itself");
            return 64;
        }

        using var output = TakeOutput();
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        string version;
        try
        {
            version = VipsLibrary.Version;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or VipsException)
        {
            WorkerFrames.Write(output, WorkerAnswer.Unavailable, Encoding.UTF8.GetBytes($"libvips 8.13 or later is missing (Debian: libvips42): {e.Message}"));
            return 1;
        }

        var isLimited = ProcessLimits.Apply(limit);
        WorkerFrames.Write(output, WorkerAnswer.Ready, [isLimited ? (byte)1 : (byte)0, .. Encoding.UTF8.GetBytes(version)]);
        return new Loop(input, output).Run();
    }

    // Libraries that print go to the standard error; the pipe to the silo is ours alone.
    private static FileStream TakeOutput()
    {
        var output = ProcessLimits.Duplicate(1);
        _ = ProcessLimits.Duplicate(2, 1);
        return new FileStream(new SafeFileHandle(output, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    private sealed class Loop(FileStream input, FileStream output)
    {
        private readonly SemaphoreSlim _asked = new(0), _answered = new(1);
        private byte[] _file = [];
        private RenderSettings _settings;
        private int _length;

        public int Run()
        {
            // A thread of its own, so that the end of the silo is noticed even in the middle of a picture.
            new Thread(Listen) { IsBackground = true, Name = "requests" }.Start();
            while (true)
            {
                _asked.Wait();
                if (!Answer())
                    return 1;
                _answered.Release();
            }
        }

        private void Listen()
        {
            try
            {
                var head = new byte[WorkerFrames.RequestHead];
                while (true)
                {
                    input.ReadExactly(head);
                    _answered.Wait();
                    (_settings, _length) = WorkerFrames.Request(head);
                    if (_file.Length < _length)
                        _file = GC.AllocateUninitializedArray<byte>(_length, pinned: true);
                    input.ReadExactly(_file, 0, _length);
                    _asked.Release();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                ProcessLimits.Exit(0);
            }
        }

        // False if this process should not go on.
        private bool Answer()
        {
            try
            {
                switch (Renderer.Render(_file.AsMemory(0, _length), _settings, percent => Write(WorkerAnswer.Progress, [(byte)percent])))
                {
                    case RenderResult.Rendered rendered:
                        Write(WorkerAnswer.Rendered, WorkerFrames.Rendered(rendered));
                        break;
                    case RenderResult.Rejected rejected:
                        Write(WorkerAnswer.Rejected, [(byte)rejected.Reason]);
                        break;
                }

                return true;
            }
            catch (Exception e) when (e is OutOfMemoryException or VipsException { IsMemory: true })
            {
                Write(WorkerAnswer.OutOfMemory, []);
                return false;
            }
        }

        private void Write(WorkerAnswer answer, ReadOnlySpan<byte> payload) => WorkerFrames.Write(output, answer, payload);
    }
}
