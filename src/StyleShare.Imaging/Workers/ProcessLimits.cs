using System.Runtime.InteropServices;

namespace StyleShare.Imaging.Workers;

/// <summary>What the kernel lets this process do; once set, it cannot be taken back.</summary>
internal static unsafe partial class ProcessLimits
{
    // As on all 64-bit Linux that .NET runs on (asm-generic/resource.h).
    private const int FileSize = 1, Data = 2, Core = 4, MaxFile = 1024 * 1024;

    /// <summary>Limits this process; whether its memory is.</summary>
    /// <param name="memory">
    /// Private writable memory, in bytes: the heap and everything that decoders allocate (RLIMIT_DATA, which counts mappings
    /// since Linux 4.7). Libraries and .NET's reserved addresses are not counted, as they would be by RLIMIT_AS.
    /// </param>
    public static bool Apply(long memory)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // Nobody's photo is to be found in a core dump, and none fills a disk; liborc maps the code that it makes from a small file.
        Set(Core, 0);
        Set(FileSize, MaxFile);
        Set(Data, memory);
        // Sandboxes that only look like Linux may count otherwise; a piece as large as the limit must be refused.
        var piece = Allocate((nuint)memory);
        Free(piece);
        return piece is null;
    }

    /// <summary>Ends this process at once, whatever its other threads do.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    /// <summary>Makes the descriptor stand for what another one does; its number.</summary>
    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int descriptor, int number);

    /// <summary>Another descriptor for the same.</summary>
    [LibraryImport("libc", EntryPoint = "dup")]
    public static partial int Duplicate(int descriptor);

    private static void Set(int what, long limit)
    {
        var value = new Limit { Soft = (nuint)limit, Hard = (nuint)limit };
        _ = SetLimit(what, &value);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int what, Limit* limit);

    [LibraryImport("libc", EntryPoint = "malloc")]
    private static partial void* Allocate(nuint bytes);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(void* memory);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
