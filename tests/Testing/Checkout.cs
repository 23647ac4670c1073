namespace StyleShare.Testing;

/// <summary>Where the tests' own sources are.</summary>
public static class Checkout
{
    /// <summary>The folder with the solution.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StyleShare.Orleans.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no checkout.");
    }
}
