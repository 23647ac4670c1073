using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>Keeps objects in a folder; the API serves them and the signed requests.</summary>
/// <remarks>Silos that see the same folder share it: every change of it is one rename or one unlink.</remarks>
public sealed class FolderObjectStore : IObjectStore
{
    private const int BufferBytes = 65_536;
    private const int ETagBytes = 16;
    private readonly ObjectFolder _folder;
    private readonly ObjectSignatures _signatures;
    private readonly Links _links;
    private readonly TimeProvider _clock;

    /// <summary>Creates it from its settings.</summary>
    public FolderObjectStore(IOptions<FolderOptions> options, ObjectSignatures signatures, Links links, TimeProvider clock)
    {
        _folder = new ObjectFolder(options.Value.FullPath(), options.Value.Sync);
        _signatures = signatures;
        _links = links;
        _clock = clock;
    }

    internal ObjectFolder Folder => _folder;

    /// <inheritdoc/>
    public Task Put(string key, Stream content, long bytes, ObjectMeta meta, CancellationToken cancellation = default)
    {
        ObjectKeys.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return Store(key, content, bytes, meta, cancellation);
    }

    /// <inheritdoc/>
    public Task<long> Put(string key, Stream content, ObjectMeta meta, CancellationToken cancellation = default) =>
        Store(ObjectKeys.Check(key), content, bytes: null, meta, cancellation);

    /// <inheritdoc/>
    public Task<ObjectContent?> Get(string key, ObjectRange? range = null, CancellationToken cancellation = default)
    {
        ObjectRange.Check(range);
        return Task.FromResult(Storing(() => Open(key) is not var (file, head) ? null : Part(file, head, range)));
    }

    /// <inheritdoc/>
    public Task<ObjectHead?> Head(string key, CancellationToken cancellation = default) => Task.FromResult(Storing(() =>
    {
        if (Open(key) is not var (file, head))
            return null;
        file.Dispose();
        return head;
    }));

    /// <inheritdoc/>
    public Task Delete(string key, CancellationToken cancellation = default)
    {
        ObjectKeys.Check(key);
        return Task.Run(() => Storing(() => _folder.Delete(key)), cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectHead> List(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ObjectKeys.CheckPrefix(prefix);
        await Task.Yield();
        foreach (var (key, _) in _folder.List(prefix))
        {
            cancellation.ThrowIfCancellationRequested();
            if (await Head(key, cancellation) is { } head)
                yield return head with { ContentType = null, CacheControl = null };
        }
    }

    /// <inheritdoc/>
    public ValueTask<SignedRequest> SignPut(string key, string contentType, long bytes, TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var expires = ExpiresAt(lasts);
        var signed = new SignedObject("PUT", ObjectKeys.Check(key), expires, contentType, bytes, null);
        return ValueTask.FromResult(new SignedRequest("PUT", UrlOf(signed), [new("Content-Type", contentType)], expires));
    }

    /// <inheritdoc/>
    public ValueTask<SignedRequest> SignGet(string key, TimeSpan lasts, string? downloadName = null)
    {
        var expires = ExpiresAt(lasts);
        var signed = new SignedObject("GET", ObjectKeys.Check(key), expires, null, 0, downloadName);
        return ValueTask.FromResult(new SignedRequest("GET", UrlOf(signed), [], expires));
    }

    private Uri UrlOf(SignedObject signed) =>
        _links.To($"{PublicObjects.FolderPath}{signed.Key}?{ObjectSignatures.Parameter}={_signatures.Sign(signed)}");

    private DateTimeOffset ExpiresAt(TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lasts, TimeSpan.Zero);
        return DateTimeOffset.FromUnixTimeSeconds((_clock.GetUtcNow() + lasts).ToUnixTimeSeconds());
    }

    // Null for bytes: as many as there are.
    private async Task<long> Store(string key, Stream content, long? bytes, ObjectMeta meta, CancellationToken cancellation)
    {
        var file = Storing(() => _folder.Create(bytes ?? 0));
        try
        {
            var (tag, copied) = await Copy(content, bytes, file, cancellation);
            var trailer = ObjectFile.Trailer(new ObjectTrailer(meta.ContentType, meta.CacheControl, tag));
            await Storing(file.WriteAsync(trailer, cancellation));
            // Syncing takes its time, and not that of a grain's turn.
            await Task.Run(() => Storing(() => _folder.Publish(file, key)), CancellationToken.None);
            return copied;
        }
        catch
        {
            await file.DisposeAsync();
            File.Delete(file.Name);
            throw;
        }
    }

    private static async Task<(string Tag, long Bytes)> Copy(Stream content, long? bytes, FileStream file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var copied = 0L;
            while (await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellation) is > 0 and var read)
            {
                copied += read;
                if (copied > bytes)
                    throw new ObjectLengthException(isLonger: true);
                hash.AppendData(buffer, 0, read);
                await Storing(file.WriteAsync(buffer.AsMemory(0, read), cancellation));
            }

            return copied < bytes
                ? throw new ObjectLengthException(isLonger: false)
                : (Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, ETagBytes)), copied);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private (FileStream File, ObjectHead Head)? Open(string key)
    {
        if (_folder.Find(ObjectKeys.Check(key)) is not { } found)
            return null;
        FileStream file;
        try
        {
            file = new FileStream(
                found.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.None);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // deleted in between
        }

        // Read of the open file: what the name leads to may be another one by now.
        if (ObjectFile.Read(file.SafeFileHandle, key, new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle))) is { } head)
            return (file, head);
        file.Dispose();
        throw new InvalidDataException($"The file of the object '{key}' is not one that was written here.");
    }

    private static ObjectContent Part(FileStream file, ObjectHead head, ObjectRange? range)
    {
        var from = Math.Min(range?.From ?? 0, head.Bytes);
        var part = new ObjectRange(from, Math.Min(range?.Bytes ?? head.Bytes, head.Bytes - from));
        return new ObjectContent(new PartStream(file, part.From, part.Bytes), head, part);
    }

    private static void Storing(Action act) => Storing(() =>
    {
        act();
        return true;
    });

    // A disk that is full or gone may be back later; what the sender of the bytes did is not caught here.
    private static T Storing<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ObjectStoreUnavailable("The folder of objects cannot be used now.", e);
        }
    }

    private static async ValueTask Storing(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ObjectStoreUnavailable("The folder of objects cannot be used now.", e);
        }
    }
}
