namespace StyleShare.Api.Contracts;

/// <summary>A new account.</summary>
/// <param name="Handle">3 to 30 of <c>a-z0-9_.</c>; upper case is folded.</param>
/// <param name="Email">Where mail reaches the person.</param>
/// <param name="Password">10 to 128 characters.</param>
/// <param name="DisplayName">Up to 50 characters.</param>
/// <param name="Locale">A language tag (BCP 47), such as <c>ko</c> or <c>en</c>.</param>
public sealed record SignUpRequest(string? Handle, string? Email, string? Password, string? DisplayName, string? Locale = null);

/// <summary>A new account, and its first session.</summary>
/// <param name="User">The person.</param>
/// <param name="AccessToken">Goes into the <c>Authorization</c> header of each call.</param>
/// <param name="RefreshToken">Is spent for the next pair.</param>
/// <param name="ExpiresIn">How long the access token is good for, in seconds.</param>
public sealed record SignUpResponse(UserResponse User, string AccessToken, string RefreshToken, int ExpiresIn);

/// <summary>A login.</summary>
/// <param name="Login">The handle or the e-mail address.</param>
/// <param name="Password">The password.</param>
public sealed record SignInRequest(string? Login, string? Password);

/// <summary>Asks for a mail with which the password can be reset.</summary>
/// <param name="Email">The account's address.</param>
public sealed record PasswordResetRequest(string? Email);

/// <summary>A new password.</summary>
/// <param name="Password">10 to 128 characters.</param>
public sealed record NewPasswordRequest(string? Password);

/// <summary>Asks for the next pair of tokens.</summary>
/// <param name="RefreshToken">The one that came with the last pair.</param>
public sealed record RefreshRequest(string? RefreshToken);

/// <summary>A pair of tokens.</summary>
/// <param name="AccessToken">Goes into the <c>Authorization</c> header of each call.</param>
/// <param name="RefreshToken">Is spent for the next pair.</param>
/// <param name="ExpiresIn">How long the access token is good for, in seconds.</param>
public sealed record TokensResponse(string AccessToken, string RefreshToken, int ExpiresIn);
