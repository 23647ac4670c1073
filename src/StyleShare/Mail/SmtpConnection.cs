using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace StyleShare.Mail;

/// <summary>A connection to a mail server that submits mails (RFC 5321, RFC 6409).</summary>
/// <remarks>
/// Not System.Net.Mail.SmtpClient: its envelope sender is shown to readers as <c>Sender</c>, so that no mail can have a bounce
/// address of its own; which certificates it trusts is a setting of the whole process; it waits for a server for as long as
/// that pleases, and of a refusal it does not tell which command was refused. The protocol itself is small.
/// </remarks>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int MaxLine = 2_048; // RFC 5321 says 512; some servers are chattier
    private const int MaxLines = 100;

    private readonly Socket _socket;
    private readonly MailOptions _options;
    private readonly byte[] _buffer = new byte[4_096];
    private Stream _stream = Stream.Null;
    private int _start, _end;
    private HashSet<string> _offers = new(StringComparer.OrdinalIgnoreCase);
    private string _logins = "";

    private SmtpConnection(Socket socket, MailOptions options)
    {
        _socket = socket;
        _options = options;
    }

    /// <summary>Connects, makes the way private and logs in.</summary>
    /// <exception cref="SmtpException">The server does not want to talk to us.</exception>
    /// <exception cref="SmtpBusyException">It does not now.</exception>
    public static async Task<SmtpConnection> Open(MailOptions options, X509ChainPolicy? trust, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new SmtpConnection(socket, options);
        try
        {
            await connection.Limited(
                async ct => { await socket.ConnectAsync(options.Host, options.Port, ct); return true; },
                options.CommandTimeout,
                cancellation);
            await connection.Begin(trust, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the server still listens, and has forgotten what came before.</summary>
    public async Task<bool> IsReady(CancellationToken cancellation)
    {
        try
        {
            return (await Ask("RSET", cancellation)).IsGood;
        }
        catch (Exception e) when (e is IOException or SmtpException or SocketException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Submits a mail; says where it ended and how.</summary>
    public async Task<(SmtpStep Step, SmtpReply Reply)> Submit(
        string from, string to, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var size = _offers.Contains("SIZE") ? $" SIZE={message.Length}" : "";
        var reply = await Ask($"MAIL FROM:<{from}>{size}", cancellation);
        if (!reply.IsGood)
            return (SmtpStep.From, reply);
        reply = await Ask($"RCPT TO:<{to}>", cancellation);
        if (!reply.IsGood)
            return (SmtpStep.To, reply);
        reply = await Ask("DATA", cancellation);
        if (reply.Code != 354)
            return (SmtpStep.Message, reply);
        await Limited(ct => WriteMessage(message, ct), _options.AcceptTimeout, cancellation);
        return (SmtpStep.Message, await Limited(Read, _options.AcceptTimeout, cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Without QUIT: it would be one more wait, and a closed connection says the same.
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private async Task Begin(X509ChainPolicy? trust, CancellationToken cancellation)
    {
        _stream = new NetworkStream(_socket, ownsSocket: false);
        if (_options.Security == SmtpSecurity.Tls)
            await Secure(trust, cancellation);
        Expect("the greeting", await Limited(Read, _options.CommandTimeout, cancellation));
        await Hello(cancellation);
        if (_options.Security == SmtpSecurity.StartTls)
        {
            if (!_offers.Contains("STARTTLS"))
                throw new SmtpException("The mail server does not offer STARTTLS.");
            Expect("STARTTLS", await Ask("STARTTLS", cancellation));
            await Secure(trust, cancellation);
            await Hello(cancellation);
        }

        if (_options.User.Length > 0)
            await LogIn(cancellation);
    }

    private async Task Secure(X509ChainPolicy? trust, CancellationToken cancellation)
    {
        // What came before TLS did not come from the server that TLS proves (RFC 3207, 6).
        if (_start != _end)
            throw new SmtpException("Somebody spoke between STARTTLS and TLS.");
        var secured = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = secured;
        var ssl = new SslClientAuthenticationOptions { TargetHost = _options.Host, CertificateChainPolicy = trust };
        await Limited(
            async ct => { await secured.AuthenticateAsClientAsync(ssl, ct); return true; }, _options.CommandTimeout, cancellation);
    }

    private async Task Hello(CancellationToken cancellation)
    {
        _offers = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var domain = _options.From[(_options.From.LastIndexOf('@') + 1)..];
        Expect("EHLO", await Ask($"EHLO {domain}", cancellation, Offer));

        void Offer(string line)
        {
            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            _offers.Add(words[0]);
            if (words is [var name, var logins] && name.Equals("AUTH", StringComparison.OrdinalIgnoreCase))
                _logins = logins;
        }
    }

    // RFC 4954; PLAIN is RFC 4616, LOGIN was never more than a draft, and some servers know no other.
    private async Task LogIn(CancellationToken cancellation)
    {
        var offered = _logins.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            Expect("the login", await Ask($"AUTH PLAIN {Base64($"\0{_options.User}\0{_options.Password}")}", cancellation));
            return;
        }

        if (!offered.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
            throw new SmtpException("The mail server offers no login that we know: neither PLAIN nor LOGIN.");
        Expect("the login", await Ask("AUTH LOGIN", cancellation));
        Expect("the login", await Ask(Base64(_options.User), cancellation));
        Expect("the login", await Ask(Base64(_options.Password), cancellation));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static void Expect(string what, SmtpReply reply)
    {
        if (reply.IsTransient)
            throw new SmtpBusyException(reply);
        if (!reply.IsGood)
            throw new SmtpException($"The mail server answered {reply} to {what}.");
    }

    private Task<SmtpReply> Ask(string command, CancellationToken cancellation, Action<string>? line = null) => Limited(
        async ct =>
        {
            // What has no line break in it is one command. Addresses are checked by whoever has them; this holds whatever they are.
            if (command.AsSpan().ContainsAny('\r', '\n'))
                throw new SmtpException("A command has a line break in it.");
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), ct);
            return await Read(line, ct);
        },
        _options.CommandTimeout,
        cancellation);

    // A dot at the beginning of a line is doubled (RFC 5321, 4.5.2).
    private async Task<bool> WriteMessage(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        for (var rest = message; !rest.IsEmpty;)
        {
            if (rest.Span[0] == '.')
                await _stream.WriteAsync("."u8.ToArray(), ct);
            var end = rest.Span.IndexOf("\n."u8);
            var lines = end < 0 ? rest : rest[..(end + 1)];
            await _stream.WriteAsync(lines, ct);
            rest = rest[lines.Length..];
        }

        await _stream.WriteAsync(message.Span.EndsWith("\r\n"u8) ? ".\r\n"u8.ToArray() : "\r\n.\r\n"u8.ToArray(), ct);
        await _stream.FlushAsync(ct);
        return true;
    }

    private Task<SmtpReply> Read(CancellationToken ct) => Read(null, ct);

    private async Task<SmtpReply> Read(Action<string>? each, CancellationToken ct)
    {
        for (var count = 0; count < MaxLines; count++)
        {
            var line = await ReadLine(ct);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new SmtpException("The mail server does not speak SMTP.");
            var text = line.Length > 4 ? line[4..] : "";
            each?.Invoke(text);
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, EnhancedOf(text));
        }

        throw new SmtpException("The mail server's answer has no end.");
    }

    private static string? EnhancedOf(string text)
    {
        var word = text.Split(' ', 2)[0];
        return word.Length is >= 5 and <= 11 && word[0] is '2' or '4' or '5' && word.Count(c => c == '.') == 2
            && !word.AsSpan().ContainsAnyExcept("0123456789.")
            ? word
            : null;
    }

    private async Task<string> ReadLine(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_buffer, ct);
                if (_end == 0)
                    throw new IOException("The mail server closed the connection.");
            }

            var have = _buffer.AsSpan(_start.._end);
            var newline = have.IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(newline < 0 ? have : have[..newline]));
            if (line.Length > MaxLine)
                throw new SmtpException("The mail server's line has no end.");
            _start += newline < 0 ? have.Length : newline + 1;
            if (newline >= 0)
                return line.ToString().TrimEnd('\r');
        }
    }

    private async Task<T> Limited<T>(Func<CancellationToken, Task<T>> work, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            return await work(timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The mail server took too long.", e);
        }
    }
}

/// <summary>Which command was the last one.</summary>
internal enum SmtpStep
{
    /// <summary>MAIL: who sends.</summary>
    From,

    /// <summary>RCPT: who gets it.</summary>
    To,

    /// <summary>DATA: the mail.</summary>
    Message,
}

/// <summary>The mail server does not talk to us now.</summary>
internal sealed class SmtpBusyException(SmtpReply reply) : Exception($"The mail server is busy: {reply}.");
