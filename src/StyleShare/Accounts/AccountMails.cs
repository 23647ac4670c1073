using StyleShare.Mail;
using StyleShare.People;

namespace StyleShare.Accounts;

/// <summary>What mails about accounts say.</summary>
/// <remarks>
/// No name is in them: whoever signs up with somebody else's address would have us send them what they wrote into the name.
/// </remarks>
internal static class AccountMails
{
    /// <summary>The mail that asks whether an address is its owner's.</summary>
    public static MailContent Verify(string locale, Uri link) => locale == Locale.Korean
        ? new(
            "이메일 주소를 확인해 주세요",
            ["StyleShare 계정에 이 이메일 주소가 등록되었습니다. 본인이 등록하셨다면 아래 버튼을 눌러 확인해 주세요."],
            ("이메일 주소 확인", link),
            "본인이 등록하지 않으셨다면 이 메일을 무시하셔도 됩니다.")
        : new(
            "Confirm your e-mail address",
            ["This address was given for an account at StyleShare. If that was you, please confirm it."],
            ("Confirm the address", link),
            "If it was not you, there is nothing that you have to do.");

    /// <summary>The mail with which a password is reset.</summary>
    public static MailContent Reset(string locale, Uri link, TimeSpan lifetime) => locale == Locale.Korean
        ? new(
            "비밀번호 재설정",
            [$"아래 버튼을 눌러 새 비밀번호를 정해 주세요. 이 링크는 {InKorean(lifetime)} 동안 한 번만 사용할 수 있으며, 재설정하면 모든 기기에서 로그아웃됩니다."],
            ("새 비밀번호 정하기", link),
            "요청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 비밀번호는 그대로 유지됩니다.")
        : new(
            "Reset your password",
            [$"Choose a new password with this link. It works once, within {InEnglish(lifetime)}, and logs you out everywhere."],
            ("Choose a new password", link),
            "If you did not ask for this, there is nothing that you have to do: your password stays as it is.");

    private static string InKorean(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}시간" : $"{Math.Max(1, (int)time.TotalMinutes)}분";

    private static string InEnglish(TimeSpan time) => (int)time.TotalHours switch
    {
        > 1 and var hours => $"{hours} hours",
        1 => "an hour",
        _ => $"{Math.Max(1, (int)time.TotalMinutes)} minutes",
    };
}
