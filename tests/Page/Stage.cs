using System.Globalization;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(StyleShare.Page.Tests.Stage))]

namespace StyleShare.Page.Tests;

/// <summary>A silo as it is started in production, and Debian's Chromium without a window, for all tests of this program.</summary>
public sealed class Stage : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly string _objects = Directory.CreateTempSubdirectory("styleshare-page-").FullName;
    private readonly HttpClient _http = new();
    private SiloProcess? _silo;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where pictures of the page are put, to be looked at.</summary>
    public static string Screenshots { get; } = Path.Combine(Checkout.Folder, ".test", "screenshots");

    /// <summary>Where the silo serves.</summary>
    public Uri Address => _silo!.Address;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Screenshots);
        await _database.InitializeAsync();
        _silo = await SiloProcess.Start(
            _database.ConnectionString,
            "--StyleShare:Accounts:PasswordIterations", "1000",
            "--StyleShare:Objects:Folder:Path", _objects);
        _http.BaseAddress = Address;
        // Machines that test are busy; what holds at last holds.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            // Chromium's own sandbox cannot be made by root, as which tests run in containers; what is shown is our own page.
            ChromiumSandbox = Environment.UserName != "root",
        });
    }

    /// <summary>The API, for what a test needs to be there already.</summary>
    public ApiClient Api() => new(_http);

    /// <summary>Somebody new, by the API.</summary>
    public async Task<Member> SignUp(string displayName, string locale = "en")
    {
        var api = Api();
        var handle = string.Create(CultureInfo.InvariantCulture, $"p{Guid.NewGuid():n}")[..20];
        var answer = await api.Post(
            "/v1/accounts", new { handle, email = handle + "@example.com", password = Member.Password, displayName, locale });
        Assert.True(answer.Status == 201, answer.ToString());
        api.Token = answer.Json["accessToken"]!.GetValue<string>();
        return new Member(api, answer.Json["user"]!["id"]!.GetValue<string>(), handle, displayName);
    }

    /// <summary>A browser of somebody's own, with nothing in it.</summary>
    public async Task<Visitor> Visitor(string locale = "en-GB", bool phone = false, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            Locale = locale,
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 900 },
            HasTouch = phone,
            IsMobile = phone,
            DeviceScaleFactor = phone ? 2 : 1,
        });
        context.SetDefaultTimeout(60_000);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        return new Visitor(context, await context.NewPageAsync());
    }

    /// <summary>The same, signed in as a member.</summary>
    public async Task<Visitor> Visitor(Member member, string locale = "en-GB", bool phone = false, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await Visitor(locale, phone, scheme);
        await visitor.SignIn(member);
        return visitor;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _http.Dispose();
        _silo?.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_objects, recursive: true);
    }
}

/// <summary>Somebody who is signed up.</summary>
public sealed record Member(ApiClient Api, string Id, string Handle, string DisplayName)
{
    public const string Password = "a long enough one";

    /// <summary>Publishes a post; its id.</summary>
    public async Task<string> Publish(string caption)
    {
        var answer = await Api.Post("/v1/posts", new { caption });
        Assert.True(answer.Status == 201, answer.ToString());
        return answer.Json["id"]!.GetValue<string>();
    }
}
