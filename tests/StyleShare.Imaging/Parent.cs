using System.Globalization;

namespace StyleShare.Imaging.Tests;

/// <summary>A process that starts a worker and lives on until it is killed.</summary>
internal static class Parent
{
    public const string Argument = "parent";

    public static async Task<int> Run()
    {
        using var pool = Pool.Create();
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        Console.WriteLine(string.Join(' ', pool.Processes().Select(id => id.ToString(CultureInfo.InvariantCulture))));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
