using System.Text.Json.Serialization;

namespace StyleShare.Shares.Connections;

/// <summary>What is encrypted of a connection.</summary>
internal sealed record ConnectionSecret(string Account, string Token);

/// <summary>How it is written before it is encrypted.</summary>
[JsonSerializable(typeof(ConnectionSecret))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
