using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;

namespace StyleShare.Photos;

/// <summary>Reads photos for those who show them.</summary>
public sealed class PhotoQueries(NpgsqlDataSource database)
{
    /// <summary>
    /// Photos whose ids are in an array, as JSON that <see cref="Read"/> takes; to be put into a statement that has the array anyway.
    /// </summary>
    internal static string AsJson(string ids) =>
        $"""
        SELECT jsonb_agg(jsonb_build_object(
            'id', photos.id, 'ownerId', photos.owner_id, 'state', photos.state, 'reason', photos.reason,
            'width', pictures.width, 'height', pictures.height, 'placeholder', pictures.placeholder, 'color', pictures.color,
            'content', encode(pictures.content, 'hex'), 'sizes', coalesce(pictures.sizes, '[]')))::text
        FROM photos LEFT JOIN pictures ON pictures.content = photos.content AND photos.state = {(int)PhotoState.Ready}
        WHERE photos.id = ANY ({ids})
        """;

    private static readonly string FindSql = AsJson("$1");

    internal static ImmutableArray<PhotoView> Read(string json) => JsonSerializer.Deserialize(json, PhotoJson.Default.ImmutableArrayPhotoView);

    /// <summary>The photos that there are, in no order; in one query.</summary>
    public async Task<ImmutableArray<PhotoView>> Find(IEnumerable<Guid> photos, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. photos] });
        return await command.ExecuteScalarAsync(cancellation) is string json ? Read(json) : [];
    }

    /// <summary>The photos, each of them this person's and to be shown.</summary>
    /// <exception cref="Refusal"><c>unknown_photo</c>, <c>photo_rejected</c>.</exception>
    public async Task<ImmutableArray<PhotoView>> FindOwn(Guid owner, IReadOnlyCollection<Guid> photos)
    {
        if (photos.Count == 0)
            return [];
        var found = await Find(photos);
        if (found.Length < photos.Count || found.Any(photo => photo.OwnerId != owner))
            throw PhotoErrors.Unknown();
        return found.Any(photo => photo.State == PhotoState.Rejected) ? throw PhotoErrors.Rejected() : found;
    }
}
