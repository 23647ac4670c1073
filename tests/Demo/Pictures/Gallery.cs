using System.Collections.Concurrent;

namespace StyleShare.Demo.Pictures;

/// <summary>All pictures of the demo, each drawn when it is first asked for and then kept: 150 outfits are some 20 MB.</summary>
internal sealed class Gallery
{
    // As phones take them: mostly upright, some square, some across.
    private static readonly (int Width, int Height)[] Sizes = [(900, 1125), (900, 1200), (960, 960), (1200, 900), (900, 1125)];
    private readonly ConcurrentDictionary<int, Lazy<Task<byte[]>>> _pictures = new();
    private readonly ConcurrentDictionary<int, Lazy<Task<byte[]>>> _faces = new();

    /// <summary>Somebody in an outfit.</summary>
    public Task<byte[]> Picture(int number) => _pictures.GetOrAdd(number, static number => Drawn(() =>
    {
        var (width, height) = Sizes[number % Sizes.Length];
        return Outfit.Draw((ulong)number + 1_000, width, height);
    })).Value;

    /// <summary>Somebody's face.</summary>
    public Task<byte[]> Face(int number) => _faces.GetOrAdd(number, static number => Drawn(() => Outfit.DrawFace((ulong)number + 7, 400))).Value;

    private static Lazy<Task<byte[]>> Drawn(Func<byte[]> draw) => new(() => Task.Run(draw));
}
