using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Mail;
using StyleShare.Storage;
using StyleShare.Testing;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Mail;

public sealed class SmtpTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private SmtpServer _server = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SmtpServer.StartAsync();
        _services = Services();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_goes_encrypted_and_logged_in_as_text_and_html_with_a_bounce_address_of_its_own()
    {
        var mail = Mail(unsubscribe: new Uri("https://styleshare.example/v1/unsubscribe/abc"));
        Assert.IsType<MailOutcome.Sent>(await Send(mail));
        var received = Assert.Single(_server.Mails);
        Assert.True(received.Encrypted);
        Assert.Equal(SmtpServer.User, received.Login);
        Assert.Equal($"bounce+{mail.Id:N}@styleshare.example", received.From);
        Assert.Equal("mina@example.com", received.To);
        var (headers, text, html) = Parsed.Of(received.Data);
        Assert.Equal("<mina@example.com>", headers["To"]);
        Assert.Equal("StyleShare <no-reply@styleshare.example>", headers["From"]);
        Assert.Equal($"<{mail.Id:N}@styleshare.example>", headers["Message-ID"]);
        Assert.Equal("<https://styleshare.example/v1/unsubscribe/abc>", headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);
        Assert.Equal("auto-generated", headers["Auto-Submitted"]);
        Assert.Equal(mail.Subject, Parsed.Decode(headers["Subject"]));
        Assert.Equal(mail.Text.ReplaceLineEndings("\r\n"), text);
        Assert.Equal(mail.Html, html);
    }

    [Fact]
    public async Task Mails_one_after_the_other_share_a_connection_for_a_while()
    {
        await Send(Mail());
        await Send(Mail());
        Assert.Equal(1, _server.Connections);
        Assert.Equal(2, _server.Mails.Count);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_meanwhile_is_replaced()
    {
        await Send(Mail());
        _server.Next("RSET", SmtpServer.Close);
        Assert.IsType<MailOutcome.Sent>(await Send(Mail()));
        Assert.Equal(2, _server.Connections);
    }

    [Fact]
    public async Task Many_mails_at_once_use_no_more_connections_than_allowed()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Send(Mail())));
        Assert.All(outcomes, outcome => Assert.IsType<MailOutcome.Sent>(outcome));
        Assert.Equal(40, _server.Mails.Count);
        Assert.InRange(_server.Connections, 1, 4);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such user mina@example.com", "550 5.1.1")]
    [InlineData("RCPT", "553 what is that", "553")]
    [InlineData(".", "554 5.7.1 spam", "554 5.7.1")]
    [InlineData("MAIL", "552 5.3.4 too large", "552 5.3.4")]
    public async Task A_mail_that_is_refused_for_good_bounces_with_the_servers_code_and_without_its_words(
        string verb, string reply, string reason)
    {
        _server.Next(verb, reply);
        Assert.Equal(new MailOutcome.Bounced(reason), await Send(Mail()));
        Assert.IsType<MailOutcome.Sent>(await Send(Mail()));
    }

    [Theory]
    [InlineData("GREETING", "421 4.3.2 later")]
    [InlineData("AUTH", "454 4.7.0 later")]
    [InlineData("MAIL", "451 4.3.0 later")]
    [InlineData("RCPT", "450 4.2.1 greylisted")]
    [InlineData("RCPT", "452 4.2.2 full")]
    [InlineData(".", "451 4.3.0 later")]
    [InlineData("RCPT", "421 4.7.0 too many")]
    public async Task A_mail_that_cannot_be_taken_now_is_sent_later(string verb, string reply)
    {
        _server.Next(verb, reply);
        Assert.IsType<MailOutcome.RetryAfter>(await Send(Mail()));
        Assert.IsType<MailOutcome.Sent>(await Send(Mail()));
    }

    [Theory]
    [InlineData("AUTH", "535 5.7.8 no")]
    [InlineData("MAIL", "550 5.7.1 not you")]
    [InlineData("EHLO", "502 no")]
    [InlineData("GREETING", "554 no")]
    [InlineData("GREETING", "HTTP/1.1 400 Bad Request")]
    public async Task What_is_wrong_with_us_and_not_with_the_mail_gives_up_no_mail(string verb, string reply)
    {
        _server.Next(verb, reply);
        await Assert.ThrowsAsync<SmtpException>(() => Send(Mail()));
        Assert.IsType<MailOutcome.Sent>(await Send(Mail()));
    }

    [Theory]
    [InlineData("GREETING")]
    [InlineData("STARTTLS")]
    [InlineData("RCPT")]
    [InlineData(".")]
    public async Task A_server_that_says_nothing_is_given_up_after_the_time_limit(string verb)
    {
        await using var services = Services(
            ("StyleShare:Mail:CommandTimeout", "00:00:00.3"), ("StyleShare:Mail:AcceptTimeout", "00:00:00.3"));
        _server.Next(verb, SmtpServer.Hang);
        await Assert.ThrowsAsync<TimeoutException>(() => Send(Mail(), services));
    }

    [Theory]
    [InlineData("GREETING")]
    [InlineData("MAIL")]
    [InlineData(".")]
    public async Task A_connection_that_breaks_is_an_error(string verb)
    {
        _server.Next(verb, SmtpServer.Close);
        await Assert.ThrowsAsync<IOException>(() => Send(Mail()));
        Assert.Empty(_server.Mails);
    }

    [Fact]
    public async Task A_server_without_starttls_gets_neither_password_nor_mail()
    {
        _server.Offers.Remove("STARTTLS");
        await Assert.ThrowsAsync<SmtpException>(() => Send(Mail()));
        Assert.DoesNotContain(_server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal)
            || command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_mail()
    {
        await using var other = await SmtpServer.StartAsync();
        await using var services = Services(("StyleShare:Mail:Port", other.Port.ToString()));
        await Assert.ThrowsAsync<AuthenticationException>(() => Send(Mail(), services));
        Assert.Equal(["EHLO styleshare.example", "STARTTLS"], other.Commands);
    }

    [Fact]
    public async Task A_server_that_knows_the_older_login_only_is_logged_into()
    {
        _server.Offers[3] = "AUTH LOGIN";
        Assert.IsType<MailOutcome.Sent>(await Send(Mail()));
        Assert.Contains("AUTH LOGIN", _server.Commands);
    }

    [Theory]
    [InlineData("mina@example.com>\r\nRCPT TO:<other@example.com")]
    [InlineData("mina@example.com\r\nBcc: other@example.com")]
    [InlineData("\"mina\"@example.com")]
    [InlineData("mina")]
    public async Task An_address_that_is_none_gets_no_mail_and_nobody_else_does(string address)
    {
        Assert.IsType<MailOutcome.Bounced>(await Send(Mail() with { To = address }));
        Assert.Equal(0, _server.Connections);
    }

    [Fact]
    public async Task A_subject_with_a_line_break_makes_no_header()
    {
        const string Subject = "Hello\r\nBcc: other@example.com\r\n\r\nand a body";
        Assert.IsType<MailOutcome.Sent>(await Send(Mail() with { Subject = Subject }));
        var (headers, _, _) = Parsed.Of(_server.Mails.Single().Data);
        Assert.False(headers.ContainsKey("Bcc"));
        Assert.Equal(Subject, Parsed.Decode(headers["Subject"]));
    }

    [Fact]
    public async Task A_long_korean_subject_is_folded_between_characters_into_lines_that_mail_servers_take()
    {
        var subject = string.Concat(Enumerable.Repeat("미나님이 회원님의 게시물을 좋아합니다 👩‍👩‍👧 ", 8)).Trim();
        await Send(Mail() with { Subject = subject });
        var data = _server.Mails.Single().Data;
        Assert.All(data.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        Assert.Equal(subject, Parsed.Decode(Parsed.Of(data).Headers["Subject"]));
    }

    [Fact]
    public async Task Lines_that_begin_with_a_dot_and_all_other_bytes_arrive_as_they_are()
    {
        var text = string.Join('\n', Enumerable.Range(0, 200).Select(i => $".{i}\n..\n.\n한글 \0\u0001"));
        await Send(Mail() with { Text = text });
        Assert.Equal(text.ReplaceLineEndings("\r\n"), Parsed.Of(_server.Mails.Single().Data).Text);
    }

    [Fact]
    public async Task A_domain_in_korean_letters_is_written_as_mail_servers_know_it()
    {
        await Send(Mail() with { To = "mina@한국.kr" });
        Assert.Equal("mina@xn--3e0b707e.kr", _server.Mails.Single().To);
    }

    [Theory]
    [InlineData("StyleShare:Mail:From", "nobody")]
    [InlineData("StyleShare:Mail:From", "a@example.com\r\nBcc: b@example.com")]
    [InlineData("StyleShare:Mail:Bounces", "<>")]
    [InlineData("StyleShare:Mail:Password", "")]
    [InlineData("StyleShare:PublicUrl", null)]
    [InlineData("StyleShare:Mail:Connections", "0")]
    public async Task Bad_settings_are_named_and_the_password_is_not(string setting, string? value)
    {
        await using var services = Services((setting, value));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IMailSender>());
        Assert.Contains("StyleShare:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SmtpServer.Password, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mails_do_not_leave_this_machine_in_the_clear()
    {
        await using var services = Services(("StyleShare:Mail:Security", "None"), ("StyleShare:Mail:Host", "mail.example.com"));
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IMailSender>());
    }

    private static MailMessage Mail(Uri? unsubscribe = null) => new(
        Guid.NewGuid(),
        "mina@example.com",
        "안녕하세요, 미나님",
        "안녕하세요\n미나님",
        "<p>안녕하세요, <b>미나</b>님</p>",
        unsubscribe);

    private Task<MailOutcome> Send(MailMessage mail, ServiceProvider? services = null) =>
        (services ?? _services).GetRequiredService<IMailSender>().Send(mail, CancellationToken.None);

    private ServiceProvider Services(params (string Name, string? Value)[] settings)
    {
        // No database is asked for as long as there is a mail server.
        var all = new Dictionary<string, string?>(_server.Settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings:StyleShare"] = "Host=localhost;Port=1",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddStyleShareStorage(configuration)
            .AddMail(configuration)
            .BuildServiceProvider();
    }
}

/// <summary>A mail as its reader has it, as far as these tests need.</summary>
internal static class Parsed
{
    public static (IReadOnlyDictionary<string, string> Headers, string Text, string Html) Of(string data)
    {
        var (headers, body) = Split(data);
        var boundary = headers["Content-Type"].Split("boundary=\"")[1].TrimEnd('"');
        var parts = body.Split("--" + boundary);
        Assert.Equal(4, parts.Length);
        Assert.Equal("--\r\n", parts[3]);
        return (headers, Part(parts[1], "text/plain"), Part(parts[2], "text/html"));
    }

    public static string Decode(string header) => string.Concat(header.Split(' ').Select(word =>
        word.StartsWith("=?utf-8?B?", StringComparison.Ordinal)
            ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(word[10..^2]))
            : word));

    private static string Part(string part, string type)
    {
        var (headers, body) = Split(part.TrimStart('\r', '\n'));
        Assert.Equal(type + "; charset=utf-8", headers["Content-Type"]);
        Assert.Equal("base64", headers["Content-Transfer-Encoding"]);
        return Encoding.UTF8.GetString(Convert.FromBase64String(body));
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n");
        return (
            lines.Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal),
            text[(end + 4)..]);
    }
}
