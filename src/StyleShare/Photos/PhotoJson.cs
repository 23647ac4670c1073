using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.Photos;

/// <summary>How photos are written as JSON: in the database, in jobs, and as answers that a retried request gets again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<PhotoSize>))]
[JsonSerializable(typeof(ImmutableArray<PhotoView>))]
[JsonSerializable(typeof(AnnouncedPhoto))]
[JsonSerializable(typeof(PhotoStatus))]
[JsonSerializable(typeof(RenderPhoto))]
[JsonSerializable(typeof(RemovePhotos))]
[JsonSerializable(typeof(RemovePicture))]
[JsonSerializable(typeof(RemoveUpload))]
public sealed partial class PhotoJson : JsonSerializerContext;
