using System.Collections.Immutable;
using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina uploads a photo.</summary>
internal static class PhotoExamples
{
    private const string Content = "c1b39f1ecb8b2a0c2d56e07bb0bfe5ec2ce6d9a8f2c62a2f11e4a8c3fa51d1b0";

    public static readonly BodyExample Announce = Examples.Example(
        "jpeg", "A JPEG", new AnnounceRequest("image/jpeg", 2_412_339), ApiJson.Default.AnnounceRequest);

    public static readonly BodyExample Announced = Examples.Example(
        "jpeg", "The photo, and where its bytes go",
        new AnnouncedResponse(
            InState("awaitingUpload"),
            new UploadResponse(
                "PUT", "/objects/uploads/0199d1a4f0007e548a6fad5b6c7e8f9a?expires=1772444700&signature=2Zb0",
                new Dictionary<string, string> { ["Content-Type"] = "image/jpeg" }, Examples.Joined.AddMinutes(15))),
        ApiJson.Default.AnnouncedResponse);

    public static readonly BodyExample Completed = Examples.Example(
        "processing", "It is being made ready", InState("processing"), ApiJson.Default.PhotoResponse);

    public static readonly BodyExample Ready = Examples.Example("ready", "It is ready", Photo(), ApiJson.Default.PhotoResponse);

    /// <summary>The photo when it is ready.</summary>
    public static PhotoResponse Photo() => new(
        Guid.Parse(Examples.PhotoId), "ready", Reason: null, 4_032, 3_024, "1QcSHQRnh493V4dIh4eXh1h4kJUI", "#a58e77",
        [.. Sizes("large", 1_080, 810), .. Sizes("medium", 640, 480), .. Sizes("small", 320, 240), .. Sizes("square", 150, 150)]);

    private static PhotoResponse InState(string state) =>
        new(Guid.Parse(Examples.PhotoId), state, Reason: null, Width: null, Height: null, Placeholder: null, Color: null, []);

    private static ImmutableArray<RenditionResponse> Sizes(string name, int width, int height) =>
    [
        new(name, width, height, "image/jpeg", $"/objects/public/photos/c1/{Content}/{name}.jpg"),
        new(name, width, height, "image/webp", $"/objects/public/photos/c1/{Content}/{name}.webp"),
    ];
}
