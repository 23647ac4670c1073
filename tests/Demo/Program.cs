using StyleShare.Demo;

if (args is not [var address] || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
{
    Console.Error.WriteLine("Fills a running StyleShare with people and posts: StyleShare.Demo http://localhost:8080");
    return 2;
}

try
{
    using var client = new Client(uri);
    await new Filling(client, new Plan(seed: 20130601)).Run();
    return 0;
}
catch (Exception failure) when (failure is DemoException or HttpRequestException or TaskCanceledException)
{
    Console.Error.WriteLine($"demo: {failure.Message}");
    return 1;
}
