namespace StyleShare.Silo;

/// <summary><c>silo health</c>: asks the silo that serves on this machine whether it lives, for images without a tool that could.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Whether the command line asks for it.</summary>
    public static bool IsAskedFor(string[] args) => args is ["health"];

    /// <summary>Asks; the exit code is 0 if it lives.</summary>
    public static async Task<int> Run()
    {
        // Where the silo listens is said by the same settings.
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build();
        var address = AddressOf(settings["Urls"] ?? "http://localhost:8080");
        using var http = new HttpClient { Timeout = Limit };
        try
        {
            using var answer = await http.GetAsync(address);
            if (answer.IsSuccessStatusCode)
                return 0;
            await Console.Error.WriteLineAsync($"styleshare: {address} answers {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"styleshare: {address} does not answer: {e.Message}");
        }

        return 1;
    }

    // The first that it listens on; all of the machine's addresses, however they are written, are this one, too.
    private static Uri AddressOf(string urls)
    {
        var binding = BindingAddress.Parse(urls.Split(';')[0]);
        var host = binding.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : binding.Host;
        return new UriBuilder(binding.Scheme, host, binding.Port, "/health/live").Uri;
    }
}
