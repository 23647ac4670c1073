using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>nginx before the silos, on a Unix socket, so that no port can be taken; it says to whom it gave each request.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    /// <summary>The header of an answer that names the silos which were given the request.</summary>
    public const string Silos = "X-Silos";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Nginx(string folder, Process process)
    {
        (_folder, _process) = (folder, process);
        _errors = process.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    private string Socket => Path.Combine(_folder, "front.sock");

    /// <summary>Starts it before these silos.</summary>
    public static async Task<Nginx> Start(IEnumerable<Uri> silos)
    {
        var folder = Directory.CreateTempSubdirectory("styleshare-nginx-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), Configuration(folder));
        await Write(folder, silos);
        var start = new ProcessStartInfo("nginx", ["-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var nginx = new Nginx(folder, Process.Start(start)!);
        using var limit = new CancellationTokenSource(Limit);
        while (!File.Exists(nginx.Socket))
        {
            Assert.False(nginx._process.HasExited, nginx._process.HasExited ? await nginx._errors : null);
            await Task.Delay(10, limit.Token);
        }

        return nginx;
    }

    /// <summary>A client of it.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Has it go on with other silos, in new processes; the old ones end when their requests are answered.</summary>
    public async Task Reload(IEnumerable<Uri> silos)
    {
        await Write(_folder, silos);
        using var reload = Process.Start("kill", ["-HUP", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await reload.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        // At once: its processes end with it.
        using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task Write(string folder, IEnumerable<Uri> silos)
    {
        // One that was thought dead is tried again soon; nginx wants one at the least, also while there is none.
        var servers = silos.Select(silo => $"server {silo.Authority} max_fails=1 fail_timeout=1s;").DefaultIfEmpty("server unix:/nobody;");
        await File.WriteAllLinesAsync(Path.Combine(folder, "silos.conf"), servers);
    }

    private void OnExit(object? sender, EventArgs e)
    {
        using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
    }

    private static string Configuration(string folder) => $$"""
        daemon off;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log warn;
        events { worker_connections 1024; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/bodies;
            proxy_temp_path {{folder}}/answers;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            client_max_body_size 21m;
            upstream silos { include {{folder}}/silos.conf; keepalive 64; }
            server {
                listen unix:{{folder}}/front.sock;
                location / {
                    proxy_pass http://silos;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host localhost;
                    proxy_connect_timeout 1s;
                    proxy_read_timeout 20s;
                    # What was not sent yet, or may be sent twice (not POST), goes to another one.
                    proxy_next_upstream error timeout;
                    add_header {{Silos}} $upstream_addr always;
                }
            }
        }
        """;
}
