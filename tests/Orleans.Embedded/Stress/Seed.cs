using System.Globalization;

namespace EngineTests.Stress;

/// <summary>The seed of a random test, told to whoever reads its output and to be given again by ENGINE_TEST_SEED.</summary>
internal static class Seed
{
    public static int Next()
    {
        var given = Environment.GetEnvironmentVariable("ENGINE_TEST_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"ENGINE_TEST_SEED={seed}");
        return seed;
    }
}
