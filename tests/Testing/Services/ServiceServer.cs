using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StyleShare.Testing.Services;

/// <summary>A request as it came in.</summary>
public sealed record ReceivedRequest(
    string Protocol, string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>
/// A service of others on this machine: real TLS with a certificate of its own, HTTP/1.1 and HTTP/2. It can be told to do
/// wrong, once or for as long as a test wants.
/// </summary>
public abstract class ServiceServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<ServiceFault> _faults = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _roots = Path.Combine(Path.GetTempPath(), $"styleshare-test-roots-{Guid.NewGuid():n}.pem");
    private X509Certificate2? _certificate;
    private WebApplication? _app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All requests, in the order in which they came, also those that were not served.</summary>
    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    /// <summary>What it does to every request; null to serve them.</summary>
    public ServiceFault? Down { get; set; }

    /// <summary>Settings with which a silo trusts its certificate and may connect to this machine.</summary>
    public IReadOnlyDictionary<string, string?> TrustSettings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["StyleShare:Outbound:TrustedRoots"] = _roots,
        ["StyleShare:Outbound:AllowPrivateAddresses"] = "true",
    };

    /// <summary>The certificate, for other servers of the same test.</summary>
    public X509Certificate2 Certificate => _certificate!;

    /// <summary>What it does to the next requests, one each.</summary>
    public void Next(params ReadOnlySpan<ServiceFault> faults)
    {
        foreach (var fault in faults)
            _faults.Enqueue(fault);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stopping.CancelAsync();
        if (_app is not null)
        {
            // Clients keep their connections; nobody waits for them.
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
        }

        _certificate?.Dispose();
        _stopping.Dispose();
        File.Delete(_roots);
    }

    /// <summary>Serves a request that nothing is done to.</summary>
    protected abstract Task Serve(HttpContext http, ReceivedRequest request);

    /// <summary>Starts it on a free port.</summary>
    /// <param name="certificate">One of another server of the test, so that one setting trusts both; null for its own.</param>
    protected async Task ListenAsync(X509Certificate2? certificate = null)
    {
        _certificate = certificate is null ? TestCertificate.Create() : X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pfx), password: null);
        await File.WriteAllTextAsync(_roots, _certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = _certificate });
        }));
        _app = builder.Build();
        _app.Run(Handle);
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Address = new Uri($"https://localhost:{new Uri(addresses.Addresses.Single()).Port}");
    }

    private async Task Handle(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var request = new ReceivedRequest(
            http.Request.Protocol,
            http.Request.Method,
            http.Request.Path + http.Request.QueryString,
            http.Request.Headers.ToDictionary(
                header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal),
            body.ToArray());
        Received.Enqueue(request);
        if (Down is { } down || _faults.TryDequeue(out down))
            await Fail(http, down);
        else
            await Serve(http, request);
    }

    private async Task Fail(HttpContext http, ServiceFault fault)
    {
        switch (fault)
        {
            case ServiceFault.Answer answer:
                http.Response.StatusCode = answer.Status;
                if (answer.RetryAfter is not null)
                    http.Response.Headers.RetryAfter = answer.RetryAfter;
                await http.Response.WriteAsync(answer.Body);
                break;
            case ServiceFault.Reset:
                http.Abort();
                break;
            case ServiceFault.Hang:
                await UntilGone(http);
                break;
            case ServiceFault.SlowBody slow:
                http.Response.StatusCode = slow.Status;
                await http.Response.WriteAsync("{");
                await http.Response.Body.FlushAsync();
                await UntilGone(http);
                break;
            case ServiceFault.EndlessBody endless:
                http.Response.StatusCode = endless.Status;
                var part = new byte[64 * 1024];
                while (!http.RequestAborted.IsCancellationRequested && !_stopping.IsCancellationRequested)
                    await http.Response.Body.WriteAsync(part, http.RequestAborted);
                break;
        }
    }

    private async Task UntilGone(HttpContext http)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }
}

/// <summary>Certificates for servers on this machine.</summary>
public static class TestCertificate
{
    /// <summary>Makes one, signed by itself, for <c>localhost</c>.</summary>
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
    }
}
