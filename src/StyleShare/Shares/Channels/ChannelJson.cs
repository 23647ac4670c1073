using System.Text.Json.Serialization;

namespace StyleShare.Shares.Channels;

/// <summary>What X takes.</summary>
internal sealed record XPost(string Text);

/// <summary>What X says of an error (RFC 7807).</summary>
internal sealed record XProblem(string? Detail);

/// <summary>What Mastodon takes.</summary>
internal sealed record MastodonStatus(string Status, string Language);

/// <summary>What Facebook says of an error.</summary>
internal sealed record FacebookErrorBody(FacebookError? Error);

/// <summary>Facebook's error; its text may name people.</summary>
internal sealed record FacebookError(int? Code);

/// <summary>What a webhook gets.</summary>
internal sealed record WebhookEvent(string Type, DateTime CreatedAt, WebhookShare Share);

/// <summary>The share of which a webhook is told.</summary>
internal sealed record WebhookShare(Guid Id, string Code, string Url, string Message, Guid? PostId, Guid? MerchantId);

/// <summary>How channels are written to.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(XPost))]
[JsonSerializable(typeof(XProblem))]
[JsonSerializable(typeof(MastodonStatus))]
[JsonSerializable(typeof(FacebookErrorBody))]
[JsonSerializable(typeof(WebhookEvent))]
[JsonSerializable(typeof(ShareMessage))]
internal sealed partial class ChannelJson : JsonSerializerContext;
