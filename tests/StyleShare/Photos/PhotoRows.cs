using System.Globalization;
using System.Security.Cryptography;
using StyleShare.Photos;
using StyleShare.Testing;

namespace StyleShare.Tests.Photos;

/// <summary>Puts photos into the database as uploading them does, where a test is not about that.</summary>
internal static class PhotoRows
{
    private const string Sizes =
        """[{"name":"large","width":8,"height":6},{"name":"medium","width":8,"height":6},{"name":"small","width":8,"height":6},{"name":"square","width":6,"height":6}]""";

    /// <summary>A picture that nobody else has.</summary>
    public static string NewContent() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>A photo that awaits its upload.</summary>
    public static Task<Guid> AddAwaiting(this TestDatabase database, Guid owner, TimeSpan age = default) =>
        database.Add(owner, PhotoState.AwaitingUpload, reason: "NULL", content: "NULL", age);

    /// <summary>A photo that was rejected.</summary>
    public static Task<Guid> AddRejected(this TestDatabase database, Guid owner) =>
        database.Add(owner, PhotoState.Rejected, reason: "'corrupt'", content: "NULL", age: default);

    /// <summary>A photo that is ready.</summary>
    public static async Task<Guid> AddReady(this TestDatabase database, Guid owner, string content, TimeSpan age = default)
    {
        await database.ExecuteAsync(
            $"""
            INSERT INTO pictures (content, uses, rendered_at, width, height, placeholder, color, sizes)
            VALUES ('\x{content}', 1, now(), 8, 6, 'AAAA', '#a0b0c0', '{Sizes}')
            ON CONFLICT (content) DO UPDATE SET uses = pictures.uses + 1
            """);
        return await database.Add(owner, PhotoState.Ready, reason: "NULL", $@"'\x{content}'", age);
    }

    /// <summary>How many photos are linked to a picture; null if there is no such picture.</summary>
    public static async Task<int?> UsesOf(this TestDatabase database, string content)
    {
        await using var command = database.Source.CreateCommand($@"SELECT uses FROM pictures WHERE content = '\x{content}'");
        return (int?)await command.ExecuteScalarAsync();
    }

    /// <summary>Whether the photo's row is there.</summary>
    public static async Task<bool> Has(this TestDatabase database, Guid photo) =>
        await database.ScalarAsync<long>($"SELECT count(*) FROM photos WHERE id = '{photo}'") == 1;

    private static async Task<Guid> Add(
        this TestDatabase database, Guid owner, PhotoState state, string reason, string content, TimeSpan age)
    {
        var at = DateTimeOffset.UtcNow - age;
        var id = Guid.CreateVersion7(at);
        var time = at.ToString("O", CultureInfo.InvariantCulture);
        await database.ExecuteAsync(
            $"""
            INSERT INTO photos VALUES ('{id}', '{owner}', {(int)state}, {reason}, 'image/jpeg', 100, NULL, {content}, '{time}', 1);
            INSERT INTO photos_unused VALUES ('{id}')
            """);
        return id;
    }
}
