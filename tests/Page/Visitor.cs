using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace StyleShare.Page.Tests;

/// <summary>Somebody in front of a browser, who finds things as a screen reader does: by their role and name.</summary>
/// <remarks>At the end it fails if the browser complained of anything: an error in a script, something that the policy forbids.</remarks>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    internal Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.Console += (_, message) =>
        {
            // Chromium reports each answer of 400 and above, which the page itself understands.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Text} ({message.Location})");
        };
    }

    /// <summary>The browser's tab.</summary>
    public IPage Page { get; }

    /// <summary>Another tab of the same browser.</summary>
    public Task<IPage> AnotherTab() => _context.NewPageAsync();

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    /// <summary>The posts that are shown.</summary>
    public ILocator Posts => Page.GetByRole(AriaRole.Article);

    /// <summary>Goes to an address of the page, such as <c>/points</c>.</summary>
    public Task Go(string path) => Page.GotoAsync("/#" + path);

    /// <summary>Signs in as a person does.</summary>
    public async Task SignIn(Member member)
    {
        await Page.GotoAsync("/");
        await Page.Locator("input[name=login]").FillAsync(member.Handle);
        await Page.Locator("input[name=password]").FillAsync(Member.Password);
        await Page.Locator("button[type=submit]").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
    }

    /// <summary>Keeps what the page looks like, once its pictures are there.</summary>
    public async Task Picture(string name, bool whole = false)
    {
        await Page.EvaluateAsync("() => Promise.all([...document.images].filter(i => i.loading !== 'lazy' || i.getBoundingClientRect().top < innerHeight).map(i => i.decode().catch(() => {})))");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Stage.Screenshots, name + ".png"), FullPage = whole });
    }

    /// <summary>An expectation, which waits until it holds.</summary>
    public static ILocatorAssertions Expect(ILocator what) => Assertions.Expect(what);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }
}
