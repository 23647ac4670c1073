using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Objects;

namespace StyleShare.Backups;

/// <summary>The backups in object storage: <c>backups/NAME/database.dump</c>, and <c>backups/NAME/manifest.json</c> once it is whole.</summary>
public sealed class BackupStore(IObjectStore objects, IOptions<BackupOptions> options, TimeProvider clock, ILogger<BackupStore> log)
{
    private const string DumpFile = "/database.dump";
    private const string ManifestFile = "/manifest.json";
    private const int MaxManifest = 4 * 1024 * 1024;

    /// <summary>All that are whole, the newest first.</summary>
    public async Task<IReadOnlyList<BackupManifest>> List(CancellationToken cancellation)
    {
        List<BackupManifest> backups = [];
        await foreach (var found in objects.List(ObjectKeys.Backups, cancellation))
        {
            if (found.Key.EndsWith(ManifestFile, StringComparison.Ordinal) && await Read(found.Key, cancellation) is { } manifest)
                backups.Add(manifest);
        }

        backups.Sort((a, b) => b.MadeAt.CompareTo(a.MadeAt));
        return backups;
    }

    /// <summary>The backup of that name, or the newest one.</summary>
    /// <exception cref="Refusal"><c>backup_not_found</c>.</exception>
    public async Task<BackupManifest> Find(string? name, CancellationToken cancellation)
    {
        if (name is null)
            return (await List(cancellation)).FirstOrDefault() ?? throw BackupErrors.NoBackup(null);
        var key = ObjectKeys.Backups + name + ManifestFile;
        return ObjectKeys.IsKey(key) && await Read(key, cancellation) is { } manifest ? manifest : throw BackupErrors.NoBackup(name);
    }

    /// <summary>Stores a dump, to its end; returns its key.</summary>
    internal async Task<string> PutDump(string name, Stream dump, CancellationToken cancellation)
    {
        var key = ObjectKeys.Backups + name + DumpFile;
        await objects.Put(key, dump, new ObjectMeta("application/octet-stream"), cancellation);
        return key;
    }

    /// <summary>Stores the manifest: from now on it is a backup.</summary>
    internal async Task PutManifest(BackupManifest manifest, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        using var content = new MemoryStream(json, writable: false);
        await objects.Put(ObjectKeys.Backups + manifest.Name + ManifestFile, content, json.Length, new ObjectMeta("application/json"), cancellation);
    }

    /// <summary>Deletes a dump that belongs to no backup, if it is there.</summary>
    internal Task DeleteDump(string name, CancellationToken cancellation) => objects.Delete(ObjectKeys.Backups + name + DumpFile, cancellation);

    /// <summary>Deletes what is not kept any more, and dumps of backups that were never finished.</summary>
    public async Task Clean(CancellationToken cancellation)
    {
        var backups = await List(cancellation);
        foreach (var name in BackupRetention.Expired(backups.Select(backup => (backup.Name, backup.MadeAt)), options.Value.Keep))
        {
            // The manifest first: what is half deleted is no backup.
            await objects.Delete(ObjectKeys.Backups + name + ManifestFile, cancellation);
            await objects.Delete(ObjectKeys.Backups + name + DumpFile, cancellation);
            log.Expired(name);
        }

        var before = clock.GetUtcNow() - options.Value.HalvesAfter;
        List<string> halves = [];
        await foreach (var found in objects.List(ObjectKeys.Backups, cancellation))
        {
            if (found.Key.EndsWith(DumpFile, StringComparison.Ordinal) && found.ModifiedAt < before)
                halves.Add(found.Key);
        }

        foreach (var key in halves)
        {
            if (await objects.Head(key[..^DumpFile.Length] + ManifestFile, cancellation) is not null)
                continue;
            await objects.Delete(key, cancellation);
            log.HalfDeleted(key);
        }
    }

    private async Task<BackupManifest?> Read(string key, CancellationToken cancellation)
    {
        await using var content = await objects.Get(key, new ObjectRange(0, MaxManifest), cancellation);
        if (content is null)
            return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(content.Content, BackupJson.Default.BackupManifest, cancellation);
        }
        catch (JsonException e)
        {
            log.ManifestUnreadable(key, e);
            return null;
        }
    }
}
