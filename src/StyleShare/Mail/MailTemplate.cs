using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace StyleShare.Mail;

/// <summary>What a mail says, before it has a form. All of it is text; none of it is HTML.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Paragraphs">What is said, in order.</param>
/// <param name="Button">Where the mail leads to, and the words on it; null for a mail that leads nowhere.</param>
/// <param name="Footer">Why the reader gets this, in small letters.</param>
public sealed record MailContent(
    string Subject, ImmutableArray<string> Paragraphs, (string Label, Uri Link)? Button, string Footer);

/// <summary>Makes mails of what they say: text, and HTML that mail programs of all ages show.</summary>
public static class MailTemplate
{
    // Korean as it is; what HTML gives a meaning to is encoded.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Makes a mail.</summary>
    /// <param name="id">The mail's id: the same when it is made again for another try.</param>
    /// <param name="to">The address.</param>
    /// <param name="locale">The language of what it says, <c>ko</c> or <c>en</c>.</param>
    /// <param name="content">What it says.</param>
    /// <param name="unsubscribe">Where one click ends such mails, and the words of the link; null for mails that were asked for.</param>
    public static MailMessage Compose(
        Guid id, string to, string locale, MailContent content, (string Label, Uri Link)? unsubscribe = null) => new(
        id, to, content.Subject, TextOf(content, unsubscribe), HtmlOf(locale, content, unsubscribe), unsubscribe?.Link);

    private static string TextOf(MailContent content, (string Label, Uri Link)? unsubscribe)
    {
        var text = new StringBuilder();
        foreach (var paragraph in content.Paragraphs)
            text.Append(paragraph).Append("\n\n");
        if (content.Button is { } button)
            text.Append(button.Label).Append(":\n").Append(button.Link.AbsoluteUri).Append("\n\n");
        // Mail programs know this line as the beginning of a signature (RFC 3676, 4.3).
        text.Append("-- \n").Append(content.Footer).Append('\n');
        if (unsubscribe is { } leave)
            text.Append(leave.Label).Append(": ").Append(leave.Link.AbsoluteUri).Append('\n');
        return text.ToString();
    }

    private static string HtmlOf(string locale, MailContent content, (string Label, Uri Link)? unsubscribe)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"").Append(Html.Encode(locale)).Append("\"><head><meta charset=\"utf-8\"><title>")
            .Append(Html.Encode(content.Subject))
            .Append("</title></head><body style=\"margin:0;padding:24px;font-family:sans-serif;color:#222;background:#fff\">")
            .Append("<div style=\"max-width:480px;margin:0 auto;line-height:1.5\">");
        foreach (var paragraph in content.Paragraphs)
            html.Append("<p>").Append(Html.Encode(paragraph).Replace("&#xA;", "<br>", StringComparison.Ordinal)).Append("</p>");
        if (content.Button is { } button)
        {
            html.Append("<p style=\"margin:24px 0\">");
            Link(html, button, "display:inline-block;padding:12px 20px;border-radius:6px;background:#222;color:#fff;text-decoration:none");
            html.Append("</p>");
        }

        html.Append("<p style=\"margin-top:32px;font-size:12px;color:#777\">").Append(Html.Encode(content.Footer));
        if (unsubscribe is { } leave)
        {
            html.Append("<br>");
            Link(html, leave, "color:#777");
        }

        return html.Append("</p></div></body></html>").ToString();
    }

    private static void Link(StringBuilder html, (string Label, Uri Link) link, string style) => html
        .Append("<a href=\"").Append(Html.Encode(link.Link.AbsoluteUri)).Append("\" style=\"").Append(style).Append("\">")
        .Append(Html.Encode(link.Label)).Append("</a>");
}
