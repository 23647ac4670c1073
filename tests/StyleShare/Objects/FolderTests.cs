using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StyleShare.Objects;

namespace StyleShare.Tests.Objects;

/// <summary>What is a folder's own; what all stores do is in <c>tests/Api</c>.</summary>
public sealed class FolderTests : IDisposable
{
    private static readonly ObjectMeta Meta = new("image/png");
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly string _temp = Directory.CreateTempSubdirectory("styleshare-folder-").FullName;
    private readonly FolderOptions _options;
    private readonly FolderObjectStore _store;

    public FolderTests()
    {
        _options = new FolderOptions { Path = Path.Combine(_temp, "objects") };
        _store = new FolderObjectStore(
            Options.Create(_options), new ObjectSignatures(new EphemeralDataProtectionProvider()),
            new Links(Options.Create(new LinkOptions())), TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(_temp, recursive: true);

    [Fact]
    public async Task A_link_inside_does_not_lead_out()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_temp, "outside")).FullName;
        await Put("public/a/b");
        // The same name in both, and a real object's file, so that only the link is in the way.
        File.Copy(Path.Combine(_options.Path!, "public", "a", "@b"), Path.Combine(outside, "@b"));
        Directory.CreateSymbolicLink(Path.Combine(_options.Path!, "public", "way"), outside);
        File.CreateSymbolicLink(Path.Combine(_options.Path!, "public", "@file"), Path.Combine(outside, "@b"));
        Directory.CreateSymbolicLink(Path.Combine(_options.Path!, "gone"), Path.Combine(_temp, "nowhere"));

        foreach (var key in new[] { "public/way/b", "public/file", "gone/b" })
        {
            Assert.Null(await _store.Get(key, cancellation: Cancellation));
            Assert.Null(await _store.Head(key, Cancellation));
        }

        await _store.Delete("public/way/b", Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Put("public/way/b"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Put("public/way/c/d"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Put("gone/b"));
        Assert.Equal([Path.Combine(outside, "@b")], Directory.EnumerateFileSystemEntries(outside));
        Assert.False(Directory.Exists(Path.Combine(_temp, "nowhere")));
        Assert.Equal(["public/a/b"], await Keys());
        Assert.Empty(await _store.List("public/way/", Cancellation).ToListAsync(Cancellation));

        // A link in a file's own place is replaced, and what it led to is not.
        await Put("public/file");
        Assert.Null(new FileInfo(Path.Combine(_options.Path!, "public", "@file")).LinkTarget);
    }

    [Fact]
    public async Task The_folder_itself_may_be_a_link()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_temp, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(_options.Path!, elsewhere);
        await Put("public/a");
        Assert.Equal(["public/a"], await Keys());
    }

    [Fact]
    public async Task Keys_that_differ_in_case_are_different_objects()
    {
        await Put("public/a", 1);
        await Put("public/A", 2);
        await Put("PUBLIC/a", 3);
        Assert.Equal([3, 2, 1], await _store.List("", Cancellation).Select(head => (int)head.Bytes).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_being_read_stays_as_it_was_though_it_is_replaced_or_deleted()
    {
        await Put("a", 100_000);
        await using var first = (await _store.Get("a", cancellation: Cancellation))!;
        await Put("a", 7);
        await using var second = (await _store.Get("a", cancellation: Cancellation))!;
        await _store.Delete("a", Cancellation);
        Assert.Equal(100_000, await Length(first));
        Assert.Equal(7, await Length(second));
    }

    [Fact]
    public async Task A_file_is_its_object_with_a_trailer_and_no_other_file_is_taken_for_one()
    {
        await Put("a", 1_000);
        var file = Path.Combine(_options.Path!, "@a");
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        Assert.Equal(Enumerable.Repeat((byte)1, 1_000), bytes[..1_000]);
        await File.WriteAllBytesAsync(file, bytes[..^1], Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.Get("a", cancellation: Cancellation));
        await File.WriteAllBytesAsync(file, [], Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.Head("a", Cancellation));
    }

    [Fact]
    public async Task Folders_that_are_empty_are_deleted_while_others_put_into_them()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), Cancellation, async (i, _) =>
        {
            var key = $"public/{i % 3}/{i % 2}/{i}";
            await Put(key);
            await _store.Delete(key, Cancellation);
        });
        Assert.Empty(await Keys());
        Assert.Equal([Path.Combine(_options.Path!, "+new")], Directory.EnumerateFileSystemEntries(_options.Path!));
    }

    [Fact]
    public async Task What_broken_uploads_left_is_deleted_when_it_is_old()
    {
        await Put("a");
        var fresh = Path.Combine(_options.Path!, "+new", "fresh");
        var old = Path.Combine(_options.Path!, "+new", "old");
        await File.WriteAllBytesAsync(fresh, [1], Cancellation);
        await File.WriteAllBytesAsync(old, [1], Cancellation);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        using var upkeep = new FolderUpkeep(
            _store, Options.Create(new ObjectOptions()), Options.Create(_options), TimeProvider.System, NullLogger<FolderUpkeep>.Instance);
        await upkeep.StartAsync(Cancellation);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (File.Exists(old))
            await Task.Delay(10, limit.Token);
        await upkeep.StopAsync(Cancellation);
        Assert.True(File.Exists(fresh));
        Assert.Equal(["a"], await Keys());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_to_be_tried_again()
    {
        // A file where the folder should be, for root may write in every folder.
        await File.WriteAllTextAsync(_options.Path!, "", Cancellation);
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => Put("a"));
        File.Delete(_options.Path!);
        await Put("a");
    }

    private Task Put(string key, int bytes = 3) =>
        _store.Put(key, new MemoryStream([.. Enumerable.Repeat((byte)1, bytes)]), bytes, Meta, Cancellation);

    private async Task<List<string>> Keys() => await _store.List("", Cancellation).Select(head => head.Key).ToListAsync(Cancellation);

    private static async Task<int> Length(ObjectContent content)
    {
        var all = new MemoryStream();
        await content.Content.CopyToAsync(all, Cancellation);
        return (int)all.Length;
    }
}
