using System.Globalization;
using System.Text;

namespace StyleShare.Mail;

/// <summary>
/// A mail as it goes over the wire (RFC 5322): headers, and text and HTML as alternatives (RFC 2046), all in lines of ASCII
/// that no server on the way has a reason to change.
/// </summary>
internal static class MimeMessage
{
    private const int EncodedBytes = 42; // of an encoded word: 75 characters with all that is around (RFC 2047, 2)
    private const int MaxLink = 900; // a line has 998 characters at the most (RFC 5322, 2.1.1)

    /// <summary>Composes a mail.</summary>
    /// <exception cref="ArgumentException">The link to unsubscribe is too long for a header.</exception>
    public static byte[] Compose(MailMessage mail, string to, MailOptions options, DateTimeOffset now)
    {
        var text = new StringBuilder(4_096);
        var boundary = $"=_{mail.Id:N}";
        Header(text, "From", $"{Encoded(options.FromName)} <{options.From}>");
        Header(text, "To", $"<{to}>");
        Header(text, "Subject", Encoded(mail.Subject));
        Header(text, "Date", now.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        // The same when the mail is sent again, so that a mailbox that has it already can tell.
        Header(text, "Message-ID", $"<{mail.Id:N}@{options.From[(options.From.LastIndexOf('@') + 1)..]}>");
        // No holiday notices in answer (RFC 3834, 5).
        Header(text, "Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } unsubscribe)
        {
            // RFC 8058: one click, by a POST without any login.
            var link = unsubscribe.AbsoluteUri;
            if (link.Length > MaxLink)
                throw new ArgumentException("The link to unsubscribe is too long.", nameof(mail));
            Header(text, "List-Unsubscribe", $"<{link}>");
            Header(text, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        // The last one is the best (RFC 2046, 5.1.4).
        Part(text, boundary, "text/plain", mail.Text);
        Part(text, boundary, "text/html", mail.Html);
        text.Append("\r\n--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Header(StringBuilder text, string name, string value) =>
        text.Append(name).Append(value.Length > 60 && !value.Contains("\r\n", StringComparison.Ordinal) ? ":\r\n " : ": ")
            .Append(value).Append("\r\n");

    private static void Part(StringBuilder text, string boundary, string type, string content)
    {
        var lines = content.ReplaceLineEndings("\r\n");
        text.Append("\r\n--").Append(boundary)
            .Append("\r\nContent-Type: ").Append(type).Append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(lines), Base64FormattingOptions.InsertLineBreaks));
    }

    /// <summary>Texts as encoded words (RFC 2047), whatever is in them: no line break gets into a header.</summary>
    private static string Encoded(string value)
    {
        if (value.Length <= 60 && IsPlain(value))
            return value;
        var words = new List<string>();
        var word = new byte[EncodedBytes];
        var used = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > EncodedBytes)
                Finish();
            used += rune.EncodeToUtf8(word.AsSpan(used));
        }

        Finish();
        return string.Join("\r\n ", words);

        void Finish()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String(word.AsSpan(0, used))}?=");
            used = 0;
        }
    }

    // What needs neither quotes nor encoding in a phrase (RFC 5322, 3.2.3).
    private static bool IsPlain(string value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not (' ' or '-' or '\'' or '!'))
                return false;
        }

        return value.Length > 0;
    }
}
