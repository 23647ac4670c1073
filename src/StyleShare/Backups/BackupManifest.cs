using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.Points;

namespace StyleShare.Backups;

/// <summary>What a backup is; stored beside its dump, and after it: a backup without one is none.</summary>
/// <param name="Name">Names it: the time of its snapshot, and some characters that make it its own.</param>
/// <param name="MadeAt">The time of its snapshot, by the database's clock.</param>
/// <param name="Schema">The number of the last migration that was applied.</param>
/// <param name="Server">The version of PostgreSQL.</param>
/// <param name="Dump">The key of the dump (<c>pg_dump</c>'s custom format).</param>
/// <param name="Bytes">How long the dump is.</param>
/// <param name="Sha256">The dump's SHA-256, in lower-case hexadecimals.</param>
/// <param name="Rows">How many rows each table had in the snapshot.</param>
/// <param name="Problems">What the ledger's audit found in the snapshot.</param>
public sealed record BackupManifest(
    string Name,
    DateTimeOffset MadeAt,
    int Schema,
    string Server,
    string Dump,
    long Bytes,
    string Sha256,
    ImmutableSortedDictionary<string, long> Rows,
    ImmutableArray<AuditProblem> Problems);

[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(MakeBackup))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class BackupJson : JsonSerializerContext;
