using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleShare.Api.Contracts;

/// <summary>How the API reads and writes JSON: generated code for every contract, nothing by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false,
    MaxDepth = MaxDepth)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SignUpRequest))]
[JsonSerializable(typeof(SignUpResponse))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(TokensResponse))]
[JsonSerializable(typeof(PasswordResetRequest))]
[JsonSerializable(typeof(NewPasswordRequest))]
[JsonSerializable(typeof(EditMeRequest))]
[JsonSerializable(typeof(MeResponse))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(ListResponse<UserSummaryResponse>))]
[JsonSerializable(typeof(AnnounceRequest))]
[JsonSerializable(typeof(AnnouncedResponse))]
[JsonSerializable(typeof(PhotoResponse))]
[JsonSerializable(typeof(ProgressResponse))]
[JsonSerializable(typeof(PublishRequest))]
[JsonSerializable(typeof(EditPostRequest))]
[JsonSerializable(typeof(PostResponse))]
[JsonSerializable(typeof(ListResponse<PostResponse>))]
[JsonSerializable(typeof(CommentRequest))]
[JsonSerializable(typeof(CommentResponse))]
[JsonSerializable(typeof(ListResponse<CommentResponse>))]
[JsonSerializable(typeof(NotificationResponse))]
[JsonSerializable(typeof(ListResponse<NotificationResponse>))]
[JsonSerializable(typeof(ReadRequest))]
[JsonSerializable(typeof(UnreadResponse))]
[JsonSerializable(typeof(GoneResponse))]
[JsonSerializable(typeof(DeviceRequest))]
[JsonSerializable(typeof(PreferencesRequest))]
[JsonSerializable(typeof(PreferencesResponse))]
[JsonSerializable(typeof(ShareRequest))]
[JsonSerializable(typeof(ShareResponse))]
[JsonSerializable(typeof(ConnectionRequest))]
[JsonSerializable(typeof(ConnectionsResponse))]
[JsonSerializable(typeof(QueuesResponse))]
[JsonSerializable(typeof(SilosResponse))]
[JsonSerializable(typeof(DrainResponse))]
[JsonSerializable(typeof(ScaleResponse))]
[JsonSerializable(typeof(AuditResponse))]
[JsonSerializable(typeof(CorrectionRequest))]
[JsonSerializable(typeof(CorrectionResponse))]
[JsonSerializable(typeof(PointsResponse))]
[JsonSerializable(typeof(ListResponse<PointsResponse>))]
[JsonSerializable(typeof(ListResponse<EntryResponse>))]
[JsonSerializable(typeof(RedeemRequest))]
[JsonSerializable(typeof(CaptureRequest))]
[JsonSerializable(typeof(RedemptionResponse))]
[JsonSerializable(typeof(ListResponse<RedemptionResponse>))]
[JsonSerializable(typeof(TransferRequest))]
[JsonSerializable(typeof(TransferResponse))]
[JsonSerializable(typeof(MemberCodeResponse))]
[JsonSerializable(typeof(ListResponse<DeadLetterResponse>))]
[JsonSerializable(typeof(DeadLetterFilterRequest))]
[JsonSerializable(typeof(CountResponse))]
[JsonSerializable(typeof(OutboxResponse))]
[JsonSerializable(typeof(OpenMerchantRequest))]
[JsonSerializable(typeof(OpenedMerchantResponse))]
[JsonSerializable(typeof(EditMerchantRequest))]
[JsonSerializable(typeof(MerchantResponse))]
[JsonSerializable(typeof(AddedKeyResponse))]
[JsonSerializable(typeof(PurchaseRequest))]
[JsonSerializable(typeof(PurchaseResponse))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(RefundResponse))]
[JsonSerializable(typeof(ListResponse<PurchaseContract>))]
[JsonSerializable(typeof(AnnounceDocumentRequest))]
[JsonSerializable(typeof(AnnouncedDocumentResponse))]
[JsonSerializable(typeof(DocumentResponse))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>How deep a body may be nested; the contracts need four.</summary>
    public const int MaxDepth = 16;

    /// <summary>
    /// Writes Korean as it is, in half of the bytes of its escapes. Safe because nothing is ever put into a page: the type is
    /// JSON, and <c>nosniff</c> holds browsers to it.
    /// </summary>
    internal static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
