namespace StyleShare.Mail;

/// <summary>What a mail server answers (RFC 5321, 4.2), without its words: they may have addresses in them.</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Enhanced">The enhanced status code (RFC 3463) such as <c>5.1.1</c>, if there is one.</param>
internal readonly record struct SmtpReply(int Code, string? Enhanced)
{
    /// <summary>It did what it was asked for.</summary>
    public bool IsGood => Code is >= 200 and < 400;

    /// <summary>It cannot now.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>It never will.</summary>
    public bool IsPermanent => Code is >= 500 and < 600;

    /// <inheritdoc/>
    public override string ToString() => Enhanced is null ? $"{Code}" : $"{Code} {Enhanced}";
}

/// <summary>The mail server said what it should not, or refuses us and not the mail; the mail is to be tried again.</summary>
public sealed class SmtpException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SmtpException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
