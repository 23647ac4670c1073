using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace StyleShare.Testing.Services;

/// <summary>A mail that a server took.</summary>
public sealed record ReceivedMail(string From, string To, string Data, bool Encrypted, string? Login);

/// <summary>
/// A mail server (RFC 5321) with STARTTLS and logins, on this machine. It can be told to answer a command in another way,
/// once or always, to say nothing, or to hang up.
/// </summary>
public sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>In place of an answer: it says nothing more.</summary>
    public const string Hang = "hang";

    /// <summary>In place of an answer: it closes the connection.</summary>
    public const string Close = "close";

    /// <summary>The login's name.</summary>
    public const string User = "styleshare";

    /// <summary>The login's password.</summary>
    public const string Password = "비밀 password";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _once = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly X509Certificate2 _certificate = TestCertificate.Create();
    private readonly string _roots = Path.Combine(Path.GetTempPath(), $"styleshare-test-roots-{Guid.NewGuid():n}.pem");
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    private SmtpServer()
    {
    }

    /// <summary>The mails that it took, in order.</summary>
    public ConcurrentQueue<ReceivedMail> Mails { get; } = new();

    /// <summary>All commands, in order; without what follows AUTH.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Answers that it gives to a command for as long as they are here.</summary>
    public ConcurrentDictionary<string, string> Always { get; } = new(StringComparer.Ordinal);

    /// <summary>What it offers after EHLO.</summary>
    public IList<string> Offers { get; } = ["SIZE 1000000", "8BITMIME", "STARTTLS", "AUTH PLAIN LOGIN"];

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Settings of a silo that sends here.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["StyleShare:Outbound:TrustedRoots"] = _roots,
        ["StyleShare:PublicUrl"] = "https://styleshare.example",
        ["StyleShare:Mail:Host"] = "localhost",
        ["StyleShare:Mail:Port"] = Port.ToString(CultureInfo.InvariantCulture),
        ["StyleShare:Mail:User"] = User,
        ["StyleShare:Mail:Password"] = Password,
        ["StyleShare:Mail:From"] = "no-reply@styleshare.example",
        ["StyleShare:Mail:Bounces"] = "bounce@styleshare.example",
    };

    /// <summary>Starts it.</summary>
    public static async Task<SmtpServer> StartAsync()
    {
        var server = new SmtpServer();
        await File.WriteAllTextAsync(server._roots, server._certificate.ExportCertificatePem());
        server._listener.Start();
        server._accepting = server.Accept();
        return server;
    }

    /// <summary>Answers the next such command in another way.</summary>
    /// <param name="verb">The command's first word; <c>GREETING</c>, or <c>.</c> for the end of a mail.</param>
    /// <param name="reply">The answer, or <see cref="Hang"/> or <see cref="Close"/>.</param>
    public void Next(string verb, string reply) => _once.GetOrAdd(verb, _ => new()).Enqueue(reply);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _certificate.Dispose();
        _stopping.Dispose();
        File.Delete(_roots);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _sessions.Add(Serve(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            var session = new Session(client.GetStream());
            try
            {
                if (await Answer(session, "GREETING", "220 localhost ESMTP"))
                    await Talk(session);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The other side went away, or the test is over.
            }
            finally
            {
                await session.Stream.DisposeAsync();
            }
        }
    }

    private async Task Talk(Session session)
    {
        while (await session.ReadLine(_stopping.Token) is { } line)
        {
            var verb = line.Split(' ', 2)[0].ToUpperInvariant();
            Commands.Enqueue(verb == "AUTH" ? string.Join(' ', line.Split(' ').Take(2)) : line);
            var goesOn = verb switch
            {
                "EHLO" => await Answer(session, verb, Hello(session)),
                "STARTTLS" => await StartTls(session),
                "AUTH" => await Auth(session, line),
                "MAIL" => await Mail(session, line),
                "RCPT" => await Recipient(session, line),
                "DATA" => await Data(session),
                "RSET" => await Answer(session, verb, "250 2.0.0 ok"),
                "QUIT" => await Answer(session, verb, "221 bye") && false,
                _ => await Answer(session, verb, "500 5.5.2 unknown"),
            };
            if (!goesOn)
                return;
        }
    }

    private string Hello(Session session)
    {
        var offers = Offers.Where(offer => offer != "STARTTLS" || !session.Encrypted).Prepend("localhost").ToArray();
        return string.Join("\r\n", offers.Select((offer, i) => $"250{(i == offers.Length - 1 ? ' ' : '-')}{offer}"));
    }

    private async Task<bool> StartTls(Session session)
    {
        if (!await Answer(session, "STARTTLS", "220 2.0.0 go on"))
            return false;
        await session.Encrypt(_certificate, _stopping.Token);
        return true;
    }

    private async Task<bool> Auth(Session session, string line)
    {
        var words = line.Split(' ');
        string user, password;
        if (words[1] == "PLAIN")
        {
            var parts = Decoded(words[2]).Split('\0');
            (user, password) = (parts[1], parts[2]);
        }
        else
        {
            await session.Write("334 VXNlcm5hbWU6", _stopping.Token);
            user = Decoded(await session.ReadLine(_stopping.Token) ?? "");
            await session.Write("334 UGFzc3dvcmQ6", _stopping.Token);
            password = Decoded(await session.ReadLine(_stopping.Token) ?? "");
        }

        var right = user == User && password == Password && session.Encrypted;
        session.Login = right ? user : null;
        return await Answer(session, "AUTH", right ? "235 2.7.0 welcome" : "535 5.7.8 no");
    }

    private Task<bool> Mail(Session session, string line)
    {
        session.From = Between(line);
        return Answer(session, "MAIL", session.Login is null && Offers.Any(offer => offer.StartsWith("AUTH", StringComparison.Ordinal))
            ? "530 5.7.0 log in first"
            : "250 2.1.0 ok");
    }

    private Task<bool> Recipient(Session session, string line)
    {
        session.To = Between(line);
        return Answer(session, "RCPT", "250 2.1.5 ok");
    }

    private async Task<bool> Data(Session session)
    {
        if (!await Answer(session, "DATA", "354 go on") || session.Refused)
            return !session.Closed;
        var data = new StringBuilder();
        while (await session.ReadLine(_stopping.Token) is { } line && line != ".")
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        var mail = new ReceivedMail(session.From, session.To, data.ToString(), session.Encrypted, session.Login);
        return await Answer(session, ".", "250 2.0.0 taken", () => Mails.Enqueue(mail));
    }

    // False if the connection is over.
    private async Task<bool> Answer(Session session, string verb, string usual, Action? taken = null)
    {
        if (!(_once.TryGetValue(verb, out var once) && once.TryDequeue(out var reply)) && !Always.TryGetValue(verb, out reply))
            reply = usual;
        session.Refused = reply != usual;
        session.Closed = reply is Close or Hang;
        if (!session.Refused)
            taken?.Invoke();
        if (reply == Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, _stopping.Token);
        if (reply != Close)
            await session.Write(reply, _stopping.Token);
        return reply != Close;
    }

    private static string Between(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private static string Decoded(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private sealed class Session(Stream stream)
    {
        private readonly byte[] _one = new byte[1];

        public Stream Stream { get; private set; } = stream;

        public bool Encrypted { get; private set; }

        public bool Refused { get; set; }

        public bool Closed { get; set; }

        public string? Login { get; set; }

        public string From { get; set; } = "";

        public string To { get; set; } = "";

        public async Task Encrypt(X509Certificate2 certificate, CancellationToken ct)
        {
            var encrypted = new SslStream(Stream);
            await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ct);
            Stream = encrypted;
            Encrypted = true;
        }

        public async Task Write(string line, CancellationToken ct) => await Stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), ct);

        public async Task<string?> ReadLine(CancellationToken ct)
        {
            var bytes = new List<byte>();
            while (await Stream.ReadAsync(_one, ct) == 1)
            {
                if (_one[0] == '\n')
                    return Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
                bytes.Add(_one[0]);
            }

            return null;
        }
    }
}
