using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StyleShare.Objects;

/// <summary>The files of a folder store: where they are, and how they come and go so that a crash leaves each whole or absent.</summary>
/// <remarks>
/// The object <c>a/b.jpg</c> is the file <c>a/@b.jpg</c>. No key has an <c>@</c> or a <c>+</c> in it, so that the objects
/// <c>a</c> and <c>a/b</c> do not get in each other's way, nor in that of <c>+new</c>, where files are written.
/// Symbolic links inside are not followed, wherever they lead; the folder itself may be one.
/// </remarks>
internal sealed class ObjectFolder
{
    private const string NewFolder = "+new";
    private const char FileMark = '@';

    // A folder may be pruned by a delete between its making and the rename into it.
    private const int Tries = 100;
    private readonly bool _sync;

    public ObjectFolder(string path, bool sync)
    {
        Root = path;
        _sync = sync;
        New = Path.Combine(path, NewFolder);
    }

    public string Root { get; }

    // Where files are before they are whole.
    public string New { get; }

    /// <summary>Makes what must be there.</summary>
    public void Prepare() => Directory.CreateDirectory(New);

    /// <summary>A file to write in; nobody sees it before <see cref="Publish"/>.</summary>
    public FileStream Create(long bytes)
    {
        Prepare();
        return new FileStream(Path.Combine(New, Guid.NewGuid().ToString("N")), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            PreallocationSize = bytes,
        });
    }

    /// <summary>Makes a whole file the object's, in place of what was there. Once it returns, a crash of the machine loses nothing.</summary>
    public void Publish(FileStream file, string key)
    {
        if (_sync)
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        file.Dispose();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var folder = MakeFolders(key);
                File.Move(file.Name, Path.Combine(folder, FileMark + NameOf(key)), overwrite: true);
                Sync(folder);
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < Tries)
            {
                // Pruned in between.
            }
        }
    }

    /// <summary>The file of an object; null if there is none, or a symbolic link is on the way.</summary>
    public FileInfo? Find(string key)
    {
        if (FolderOf(key, make: false) is not { } folder)
            return null;
        var file = new FileInfo(Path.Combine(folder, FileMark + NameOf(key)));
        return file.Exists && !IsLink(file) ? file : null;
    }

    /// <summary>Deletes an object, and the folders that are empty then.</summary>
    public void Delete(string key)
    {
        if (FolderOf(key, make: false) is not { } folder)
            return;
        var file = Path.Combine(folder, FileMark + NameOf(key));
        if (!File.Exists(file))
            return;
        try
        {
            File.Delete(file);
            Sync(folder);
            Prune(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Another one deleted it at the same time.
        }
    }

    /// <summary>The objects whose keys begin with the prefix, ordered by key.</summary>
    public IEnumerable<(string Key, FileInfo File)> List(string prefix)
    {
        var end = prefix.LastIndexOf('/');
        if (FolderOf(prefix[..(end + 1)] + "x", make: false) is not { } folder)
            return [];
        return List(new DirectoryInfo(folder), prefix[..(end + 1)], prefix);
    }

    private static IEnumerable<(string Key, FileInfo File)> List(DirectoryInfo folder, string at, string prefix)
    {
        foreach (var (key, entry) in Entries(folder, at))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal) && !prefix.StartsWith(key, StringComparison.Ordinal))
                continue;
            if (entry is FileInfo file)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal))
                    yield return (key, file);
                continue;
            }

            foreach (var below in List((DirectoryInfo)entry, key, prefix))
                yield return below;
        }
    }

    // A folder's entries as keys (folders with a slash behind), in the order of keys.
    private static List<(string Key, FileSystemInfo Entry)> Entries(DirectoryInfo folder, string at)
    {
        List<(string Key, FileSystemInfo Entry)> entries = [];
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                if (IsLink(entry))
                    continue;
                if (entry is FileInfo && entry.Name[0] == FileMark)
                    entries.Add((at + entry.Name[1..], entry));
                else if (entry is DirectoryInfo && ObjectKeys.IsKey(entry.Name))
                    entries.Add((at + entry.Name + "/", entry));
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Pruned in between: it was empty.
        }

        entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return entries;
    }

    private string MakeFolders(string key) => FolderOf(key, make: true)
        ?? throw new InvalidOperationException($"The way to the object '{key}' leads through a symbolic link or a file.");

    // The folder of a key; null if it is not there, or is not to be entered.
    private string? FolderOf(string key, bool make)
    {
        var path = Root;
        var rest = key.AsSpan();
        for (var end = rest.IndexOf('/'); end >= 0; end = rest.IndexOf('/'))
        {
            var parent = path;
            path = Path.Combine(path, rest[..end].ToString());
            rest = rest[(end + 1)..];
            var folder = new DirectoryInfo(path);
            if (folder.Exists)
            {
                if (IsLink(folder))
                    return null;
                continue;
            }

            if (!make || File.Exists(path) || folder.LinkTarget is not null)
                return null;
            folder.Create();
            Sync(parent);
        }

        return path;
    }

    private void Prune(string folder)
    {
        try
        {
            for (; folder.Length > Root.Length; folder = Path.GetDirectoryName(folder)!)
                Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Not empty, or gone.
        }
    }

    private static bool IsLink(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    // A rename is on the disk when its folder is (fsync(2)).
    private void Sync(string folder)
    {
        if (!_sync || OperatingSystem.IsWindows())
            return;
        using var handle = Open(folder, 0);
        if (!handle.IsInvalid)
            RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
