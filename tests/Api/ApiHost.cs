using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StyleShare.Silo;

namespace StyleShare.Api.Tests;

/// <summary>The real silo host on a real port and a database of its own, shared by the tests of a class.</summary>
/// <remarks>At the end it fails if anything was logged as an error: no request may do that, whatever is in it.</remarks>
public class ApiHost : IAsyncLifetime
{
    private static int Names;
    private readonly TestDatabase _database = new();
    private readonly ErrorLog _errors = new();
    private readonly ConcurrentBag<HttpClient> _clients = [];
    private WebApplication? _app;

    /// <summary>What operators send.</summary>
    public const string OperatorKey = "a key of operators in tests";

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    public IServiceProvider Services => _app!.Services;

    public TestDatabase Database => _database;

    /// <summary>Settings beside the usual ones, as on the command line.</summary>
    protected virtual string[] Settings => [];

    /// <summary>Changes the host before it is built.</summary>
    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _app = SiloHost.Build(
            [
                "--urls", "http://127.0.0.1:0",
                .. PoolerServer.SettingsOf(_database.ConnectionString).SelectMany(setting => new[] { "--" + setting.Key, setting.Value! }),
                "--StyleShare:Objects:Folder:Path", _database.ObjectFolder,
                "--StyleShare:Objects:Folder:Sync", "false",
                "--StyleShare:RateLimits:Enabled", "false",
                "--StyleShare:Backups:Enabled", "false",
                "--StyleShare:Operators:Key", OperatorKey,
                "--StyleShare:Accounts:PasswordIterations", "1000",
                .. Settings,
            ],
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(_errors);
                Configure(builder);
            });
        await SiloHost.StartAsync(_app);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Address = new Uri(addresses.Addresses.Single());
    }

    /// <summary>A caller who is nobody yet.</summary>
    public ApiClient Anonymous()
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        _clients.Add(http);
        return new ApiClient(http);
    }

    /// <summary>An operator.</summary>
    public ApiClient Operator()
    {
        var client = Anonymous();
        client.Token = OperatorKey;
        return client;
    }

    /// <summary>Somebody new, signed up and logged in.</summary>
    public async Task<Person> Somebody(string? displayName = null)
    {
        var handle = NewHandle();
        var client = Anonymous();
        var answer = await client.Post("/v1/accounts", new
        {
            handle,
            email = handle + "@example.com",
            password = Person.Password,
            displayName = displayName ?? handle,
        });
        Assert.Equal(201, answer.Status);
        client.Token = answer.Json["accessToken"]!.GetValue<string>();
        return new Person(client, answer.Json["user"]!["id"]!.GetValue<string>(), handle);
    }

    /// <summary>Waits for a mail in the development outbox, and gives what follows a path in its link.</summary>
    public async Task<string> TokenInMail(string address, string path)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            await using var command = _database.Source.CreateCommand(
                "SELECT message->>'text' FROM dev_outbox WHERE kind = 'mail' AND address = $1 AND message->>'text' LIKE $2 ORDER BY seq DESC LIMIT 1");
            command.Parameters.AddWithValue(address);
            command.Parameters.AddWithValue($"%{path}%");
            if (await command.ExecuteScalarAsync() is string text)
                return text[(text.IndexOf(path, StringComparison.Ordinal) + path.Length)..].Split('\n')[0];
            await Task.Delay(50);
        }

        throw new TimeoutException($"No mail to {address} with {path} in it.");
    }

    /// <summary>A handle that nobody has.</summary>
    public static string NewHandle() =>
        string.Create(CultureInfo.InvariantCulture, $"p{Interlocked.Increment(ref Names)}.{Random.Shared.Next(1_000_000)}");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var client in _clients)
            client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        await _database.DisposeAsync();
        Assert.True(_errors.Lines.IsEmpty, string.Join('\n', _errors.Lines));
    }

    private sealed class ErrorLog : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (logLevel >= LogLevel.Error)
                    lines.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}

/// <summary>Somebody who is signed up.</summary>
public sealed record Person(ApiClient Client, string Id, string Handle)
{
    public const string Password = "a long enough one";

    /// <summary>Publishes a post; its id.</summary>
    public async Task<string> Publish(string caption = "Something")
    {
        var answer = await Client.Post("/v1/posts", new { caption });
        Assert.Equal(201, answer.Status);
        return answer.Json["id"]!.GetValue<string>();
    }
}
