using System.Text.Json.Serialization;

namespace StyleShare.Accounts;

/// <summary>How answers of this feature are kept for retries of their requests, and what its jobs come with.</summary>
[JsonSerializable(typeof(SignedUp))]
[JsonSerializable(typeof(Tokens))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(EndSessions))]
[JsonSerializable(typeof(VerifyEmail))]
[JsonSerializable(typeof(SendReset))]
[JsonSerializable(typeof(EraseAccount))]
public sealed partial class AccountJson : JsonSerializerContext;
