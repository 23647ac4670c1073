using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StyleShare.Api.Tests.Scripts;

/// <summary>A server behind nginx that writes down what it is sent, and answers as it is told.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    /// <summary>As nginx is told it, such as <c>127.0.0.1:4711</c>.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>What it says of itself when it is asked.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>The requests that it got, as <c>POST /v1/posts?id=1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Starts it on a free port.</summary>
    public static async Task<Upstream> Start(RequestDelegate? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var upstream = new Upstream(builder.Build());
        upstream._app.MapGet("/health/ready", http =>
        {
            http.Response.StatusCode = upstream.IsReady ? 200 : 503;
            return Task.CompletedTask;
        });
        upstream._app.MapFallback(http =>
        {
            upstream.Requests.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            return answer?.Invoke(http) ?? Task.CompletedTask;
        });
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>Ends the connection without an answer, as one that dies.</summary>
    public static Task BreakOff(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
