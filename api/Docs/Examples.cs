using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The examples of the API's document. Together they are one story, told in this order, and a test lives it.</summary>
/// <remarks>Mina signs up, and so does Juno; Mina calls from here on. Ids and tokens are what servers make of them.</remarks>
internal static class Examples
{
    public const string MinaId = "0199d1a4-5e00-7a10-8c2b-6f1d2e3a4b5c";
    public const string JunoId = "0199d1a4-6a00-7b21-9d3c-7a2e3f4b5c6d";
    public const string PostId = "0199d1a5-1c00-7c32-ae4d-8b3f4a5c6d7e";
    public const string CommentId = "0199d1a5-9000-7d43-bf5e-9c4a5b6d7e8f";
    public const string NotificationId = "0199d1a5-a000-7f65-9b70-be6c7d8e9fab";
    public const string DeviceId = "mina-phone";
    public const string PhotoId = "0199d1a4-f000-7e54-8a6f-ad5b6c7e8f9a";
    private const string AccessToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl";
    private const string RefreshToken = "AZnRpF4Aeyw1bHF0ZW4tcmVmcmVzaC10b2tlbg";
    private const string Password = "linen and 한옥";
    private const string Bio = "Linen, hanok, long walks. 서울";
    private const string Caption = "First day of #linen with @juno 🌿";
    internal static readonly DateTime Joined = new(2026, 3, 2, 9, 30, 0, DateTimeKind.Utc);

    private static readonly UserSummaryResponse MinaShort = new(Guid.Parse(MinaId), "mina", "Mina 김", Avatar: null);
    private static readonly UserSummaryResponse JunoShort = new(Guid.Parse(JunoId), "juno", "Juno", Avatar: null);

    private static readonly ItemContract Shirt =
        new("Linen shirt", "Oat", 59_000, "KRW", "https://shop.example.com/linen-shirt", Photo: 0, X: 0.42, Y: 0.31);

    // The post after it was edited, liked, kept and commented on.
    private static readonly PostResponse Lived = PostAt(Caption + " #summer", likes: 1, comments: 1, saves: 1, edited: true);

    public static readonly BodyExample SignUpMina = Example(
        "mina", "A new account", new SignUpRequest("mina", "mina@example.com", Password, "Mina 김", "ko"), ApiJson.Default.SignUpRequest);

    public static readonly BodyExample SignUpJuno = Example(
        "juno", "Another one", new SignUpRequest("juno", "juno@example.com", Password, "Juno", "en"), ApiJson.Default.SignUpRequest);

    public static readonly BodyExample SignedUpMina = SignedUp("mina", MinaShort);

    public static readonly BodyExample SignedUpJuno = SignedUp("juno", JunoShort);

    public static readonly BodyExample SignIn = Example(
        "handle", "By handle", new SignInRequest("mina", Password), ApiJson.Default.SignInRequest);

    public static readonly BodyExample Tokens = Example(
        "tokens", "A pair of tokens", new TokensResponse(AccessToken, RefreshToken, 900), ApiJson.Default.TokensResponse);

    public static readonly BodyExample Refresh = Example(
        "refresh", "The last refresh token", new RefreshRequest(RefreshToken), ApiJson.Default.RefreshRequest);

    public const string ResetToken = "AZnRpF4Aeyw1bHF0ZW4tcmVzZXQtdG9rZW4";

    public const string VerificationToken = "CfDJ8-verification-bWluYUBleGFtcGxl";

    public static readonly BodyExample AskReset = Example(
        "mina", "Mina forgot her password", new PasswordResetRequest("mina@example.com"), ApiJson.Default.PasswordResetRequest);

    public static readonly BodyExample NewPassword = Example(
        "password", "Another one", new NewPasswordRequest("cotton and 한옥"), ApiJson.Default.NewPasswordRequest);

    public static readonly BodyExample EditMe = new("bio", "Edits the bio alone", $$"""{"bio":"{{Bio}}"}""");

    public static readonly BodyExample EditedMe = MeAt("edited", "The profile as it is now", following: 0, posts: 0, verified: false);

    public static readonly BodyExample Juno = Example(
        "juno", "A person whom the caller follows",
        UserOf(JunoShort, "", new UserCounts(0, 1, 0), new UserViewer(Following: true, FollowedBy: false, false, false)),
        ApiJson.Default.UserResponse);

    public static readonly BodyExample Followers = People("followers", "Mina follows Juno", MinaShort);

    public static readonly BodyExample Following = People("following", "Juno is followed by Mina", JunoShort);

    public static readonly BodyExample Publish = Example(
        "post", "A photo, and a thing on it",
        new PublishRequest(Caption, [PhotoId], [Shirt]), ApiJson.Default.PublishRequest);

    public static readonly BodyExample Published = PostExample(
        "published", "The new post", PostAt(Caption, likes: 0, comments: 0, saves: 0, edited: false));

    public static readonly BodyExample EditPost = new(
        "caption", "Edits the caption alone", $$"""{"caption":"{{Caption}} #summer"}""");

    public static readonly BodyExample EditedPost = PostExample(
        "edited", "The post as it is now", PostAt(Caption + " #summer", likes: 0, comments: 0, saves: 0, edited: true));

    public static readonly BodyExample Comment = Example(
        "comment", "A comment", new CommentRequest("Where is it from?"), ApiJson.Default.CommentRequest);

    private static readonly CommentResponse Question =
        new(Guid.Parse(CommentId), Guid.Parse(PostId), MinaShort, "Where is it from?", Joined.AddMinutes(9));

    public static readonly BodyExample Commented = Example(
        "comment", "The new comment", Question, ApiJson.Default.CommentResponse);

    public static readonly BodyExample Comments = Example(
        "comments", "The only one", new ListResponse<CommentResponse>([Question], Next: null),
        ApiJson.Default.ListResponseCommentResponse);

    public static readonly BodyExample LikedBy = People("likes", "Mina likes it", MinaShort);

    public static readonly BodyExample Post = PostExample("post", "A post that the caller likes and keeps", Lived);

    public static readonly BodyExample Saved = PostList("saved", "What Mina keeps");

    public static readonly BodyExample PostsOfMina = PostList("posts", "What Mina published");

    public static readonly BodyExample PostsOfTag = PostList("tagged", "What is tagged #linen");

    public static readonly BodyExample Feed = PostList("feed", "Juno has published nothing, Mina has");

    public static readonly BodyExample Me = MeAt("me", "Mina sees herself", following: 1, posts: 1, verified: true);

    public static readonly BodyExample Inbox = Example(
        "inbox", "Juno likes a post", new ListResponse<NotificationResponse>(
            [
                new(
                    Guid.Parse(NotificationId), "like", [JunoShort], 1,
                    PostAt(Caption + " #summer", likes: 1, comments: 0, saves: 0, edited: true) with { Viewer = new(Liked: false, Saved: false) },
                    CommentId: null, "Juno가 회원님의 게시물을 좋아합니다.", Read: false, Joined.AddMinutes(8)),
            ],
            Next: null),
        ApiJson.Default.ListResponseNotificationResponse);

    public static readonly BodyExample Unread = Example("one", "One", new UnreadResponse(1), ApiJson.Default.UnreadResponse);

    public static readonly BodyExample MarkRead = Example(
        "newest", "Everything up to the newest", new ReadRequest(NotificationId), ApiJson.Default.ReadRequest);

    public static readonly BodyExample Phone = new(
        "phone", "A phone with Firebase Cloud Messaging", """{"platform":"fcm","token":"cY8nQf0xS4e:APA91bF-example"}""");

    public static readonly BodyExample Browser = new(
        "browser", "A browser", """
        {"platform":"webpush","subscription":{"endpoint":"https://push.example.com/send/abc","keys":{
         "p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
         "auth":"BTBZMqHH6r4Tts7J_aSIgg"}}}
        """);

    private static readonly WishContract InboxAndPush = new(Inbox: true, Push: true, Mail: false);

    private static readonly WishesContract DefaultWishes = new(InboxAndPush, InboxAndPush, InboxAndPush, InboxAndPush, InboxAndPush);

    public static readonly BodyExample DefaultPreferences = Example(
        "default", "What holds for who never said anything",
        new PreferencesResponse(DefaultWishes, QuietHours: null, Digest: true, "ko"), ApiJson.Default.PreferencesResponse);

    public static readonly BodyExample PutPreferences = new(
        "quiet", "Comments by mail too, and quiet at night",
        """{"kinds":{"comment":{"mail":true}},"quietHours":{"from":"22:00","to":"08:00","timeZone":"Asia/Seoul"}}""");

    public static readonly BodyExample Preferences = Example(
        "quiet", "What holds now",
        new PreferencesResponse(
            DefaultWishes with { Comment = InboxAndPush with { Mail = true } }, new("22:00", "08:00", "Asia/Seoul"), Digest: true, "ko"),
        ApiJson.Default.PreferencesResponse);

    /// <summary>What stands in a path of the story.</summary>
    public static string InPath(string path) => path.Split('/')[1] switch
    {
        "users" when path.Contains("{idOrHandle}", StringComparison.Ordinal) => "juno",
        "users" => JunoId,
        "posts" => PostId,
        "comments" => CommentId,
        "merchants" => MerchantExamples.MerchantId,
        "shares" => ShareExamples.ShareId,
        "documents" => DocumentExamples.DocumentId,
        _ => "linen",
    };

    public const string DeadLetterId = "0199d1a6-3000-7f65-9b7a-be6c7d8e9fab";

    public static readonly BodyExample DeadLetters = Example(
        "letters", "A job that failed twice", new ListResponse<DeadLetterResponse>([DeadJob()], Next: null),
        ApiJson.Default.ListResponseDeadLetterResponse);

    public static readonly BodyExample DeadLetterFilter = Example(
        "timeouts", "Photos whose rendering timed out",
        new DeadLetterFilterRequest("job", "render-photo", "timeout", DiedAfter: null, DiedBefore: null),
        ApiJson.Default.DeadLetterFilterRequest);

    public static readonly BodyExample OneLetter = Example("one", "How many they were", new CountResponse(1), ApiJson.Default.CountResponse);

    public static readonly BodyExample Queues = Example(
        "queues", "A few", new QueuesResponse([new QueueResponse("jobs", "render-photo", 12, 3, 2, 0.25, 41.5)]),
        ApiJson.Default.QueuesResponse);

    public const string UnsubscribeToken = "CfDJ8-unsubscribe-9Q2h0dHBzOi8v";

    public static readonly BodyExample Outbox = Example(
        "outbox", "A push", new OutboxResponse([DevelopmentPush()]), ApiJson.Default.OutboxResponse);

    private static OutboxMessageResponse DevelopmentPush()
    {
        using var message = JsonDocument.Parse("""{"title":"StyleShare","body":"Juno follows you."}""");
        return new OutboxMessageResponse(42, "apns", "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad", message.RootElement.Clone(), Joined);
    }

    private static DeadLetterResponse DeadJob()
    {
        using var payload = JsonDocument.Parse("""{"photo":"0199d1a4-f000-7e54-8a6f-ad5b6c7e8f9a"}""");
        return new DeadLetterResponse(
            DeadLetterId,
            "job",
            "render-photo",
            Key: null,
            payload.RootElement.Clone(),
            "TimeoutException: store",
            2,
            [new FailedTryResponse(1, Joined, "TimeoutException: store"), new FailedTryResponse(2, Joined, "TimeoutException: store")],
            Joined,
            Joined);
    }

    private static BodyExample SignedUp(string name, UserSummaryResponse user) => Example(
        name, "The person and the first session",
        new SignUpResponse(UserOf(user, "", new UserCounts(0, 0, 0), viewer: null), AccessToken, RefreshToken, 900),
        ApiJson.Default.SignUpResponse);

    private static UserResponse UserOf(UserSummaryResponse user, string bio, UserCounts counts, UserViewer? viewer) =>
        new(user.Id, user.Handle, user.DisplayName, bio, user.Avatar, counts, Joined, viewer);

    private static BodyExample MeAt(string name, string summary, int following, int posts, bool verified) => Example(
        name, summary,
        new MeResponse(
            MinaShort.Id, MinaShort.Handle, MinaShort.DisplayName, Bio, Avatar: null,
            new UserCounts(posts, 0, following), Joined, "mina@example.com", verified, "ko"),
        ApiJson.Default.MeResponse);

    private static PostResponse PostAt(string caption, long likes, long comments, long saves, bool edited) => new(
        Guid.Parse(PostId), MinaShort, caption, [PhotoExamples.Photo()], [Shirt],
        edited ? ["linen", "summer"] : ["linen"], ["juno"],
        new PostCounts(likes, comments, Shares: 0, saves), new PostViewer(likes > 0, saves > 0),
        Joined.AddMinutes(5), edited ? Joined.AddMinutes(7) : null);

    private static BodyExample PostExample(string name, string summary, PostResponse post) =>
        Example(name, summary, post, ApiJson.Default.PostResponse);

    private static BodyExample PostList(string name, string summary) => Example(
        name, summary, new ListResponse<PostResponse>([Lived], Next: null), ApiJson.Default.ListResponsePostResponse);

    private static BodyExample People(string name, string summary, UserSummaryResponse person) => Example(
        name, summary, new ListResponse<UserSummaryResponse>([person], Next: null),
        ApiJson.Default.ListResponseUserSummaryResponse);

    internal static BodyExample Example<T>(string name, string summary, T body, JsonTypeInfo<T> type) =>
        new(name, summary, JsonSerializer.Serialize(body, type));
}
