using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

/// <summary>The uploads of somebody.</summary>
internal static class PhotoSteps
{
    /// <summary>Announces a photo.</summary>
    public static Task<JsonNode> Announce(this Person person, long bytes, string? sha256 = null) => person.Client.Announce(bytes, sha256);

    /// <summary>Announces, sends and completes a photo; its id.</summary>
    public static Task<string> Upload(this Person person, byte[] bytes) => person.Client.Upload(bytes);

    /// <summary>Waits until the photo is ready or rejected.</summary>
    public static Task<JsonNode> Final(this Person person, string photo) => person.Client.Final(photo);

    /// <summary>Uploads a photo and waits until it is ready.</summary>
    public static async Task<JsonNode> Ready(this Person person, byte[] bytes)
    {
        var photo = await person.Final(await person.Upload(bytes));
        Assert.Equal("ready", photo["state"]!.GetValue<string>());
        return photo;
    }
}
