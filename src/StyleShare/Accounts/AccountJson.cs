using System.Text.Json.Serialization;

namespace StyleShare.Accounts;

/// <summary>How answers of this feature are kept for retries of their requests.</summary>
[JsonSerializable(typeof(SignedUp))]
[JsonSerializable(typeof(Tokens))]
public sealed partial class AccountJson : JsonSerializerContext;
