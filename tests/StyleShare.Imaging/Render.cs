namespace StyleShare.Imaging.Tests;

/// <summary>Renders in this process, and looks at what comes.</summary>
internal static class Render
{
    public static RenderSettings Settings { get; } = RenderSettings.Of(new ImagingOptions());

    public static RenderResult.Rendered Accepted(byte[] file) =>
        Assert.IsType<RenderResult.Rendered>(Renderer.Render(file.ToArray(), Settings));

    public static RejectReason Rejected(byte[] file) =>
        Assert.IsType<RenderResult.Rejected>(Renderer.Render(file.ToArray(), Settings)).Reason;

    /// <summary>The colours of the four quarters are where they were.</summary>
    public static void AssertUpright(Rendition rendition)
    {
        (double X, double Y)[] middles = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        for (var i = 0; i < middles.Length; i++)
        {
            var (r, g, b) = Pictures.Quarters[i];
            AssertColor([r, g, b], Pictures.Pixel(rendition.Bytes, middles[i].X, middles[i].Y), 12, $"{rendition.Name} {rendition.ContentType}, quarter {i}");
        }
    }

    /// <summary>Two colours look the same.</summary>
    public static void AssertColor(byte[] expected, byte[] actual, int tolerance, string what)
    {
        for (var band = 0; band < expected.Length; band++)
        {
            Assert.True(
                Math.Abs(expected[band] - actual[band]) <= tolerance,
                $"{what}: {string.Join(',', actual)} instead of {string.Join(',', expected)}");
        }
    }
}
