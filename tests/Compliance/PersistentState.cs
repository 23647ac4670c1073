using System.Collections.Concurrent;
using Orleans.Storage;

namespace Compliance;

/// <summary>IPersistentState over named providers: read before activation, written when asked, fenced by its etag.</summary>
public sealed class PersistentStateTests(SharedCluster cluster)
{
    private DictionaryStorage Storage => cluster.Silo.GetRequiredService<DictionaryStorage>();

    [Fact]
    public async Task Before_the_first_write_there_is_a_fresh_state_and_no_record()
    {
        var grain = cluster.Grains.GetGrain<IAlbumGrain>(Guid.NewGuid().ToString());
        Assert.Equal(new AlbumView("untitled", 0, RecordExists: false, HasEtag: false), await grain.View());
    }

    [Fact]
    public async Task What_was_written_is_there_in_the_next_activation()
    {
        var grain = cluster.Grains.GetGrain<IAlbumGrain>(Guid.NewGuid().ToString());
        await grain.Rename("summer");
        await grain.Stop();
        Assert.Equal(new AlbumView("summer", 1, RecordExists: true, HasEtag: true), await grain.View());
    }

    [Fact]
    public async Task What_was_not_written_is_forgotten()
    {
        var grain = cluster.Grains.GetGrain<IAlbumGrain>(Guid.NewGuid().ToString());
        await grain.Rename("summer");
        await grain.RenameWithoutWriting("winter");
        Assert.Equal("winter", (await grain.View()).Title);
        await grain.Stop();
        Assert.Equal("summer", (await grain.View()).Title);
    }

    [Fact]
    public async Task Cleared_state_is_fresh_again_and_stays_so()
    {
        var grain = cluster.Grains.GetGrain<IAlbumGrain>(Guid.NewGuid().ToString());
        await grain.Rename("summer");
        await grain.Clear();
        Assert.False((await grain.View()).RecordExists);
        await grain.Stop();
        Assert.Equal(new AlbumView("untitled", 0, RecordExists: false, HasEtag: false), await grain.View());
        await grain.Rename("again");
        await grain.Stop();
        Assert.Equal("again", (await grain.View()).Title);
    }

    [Fact]
    public async Task Two_states_of_one_grain_are_apart()
    {
        var grain = cluster.Grains.GetGrain<IAlbumGrain>(Guid.NewGuid().ToString());
        await grain.Rename("summer");
        await grain.SetCover("beach");
        await grain.Stop();
        Assert.Equal("beach", await grain.Cover());
        Assert.Equal("summer", (await grain.View()).Title);
    }

    [Fact]
    public async Task Two_grains_with_one_key_and_one_state_name_are_apart()
    {
        var key = Guid.NewGuid().ToString();
        await cluster.Grains.GetGrain<IAlbumGrain>(key).Rename("summer");
        Assert.Equal("untitled", await cluster.Grains.GetGrain<INotebookGrain>(key).Title());
    }

    [Fact]
    public async Task The_state_is_read_before_OnActivateAsync()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("notes");
        await grain.Stop();
        Assert.Equal("notes", await grain.TitleWhenActivated());
    }

    [Fact]
    public async Task Reading_again_brings_what_another_wrote()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("mine");
        Storage.Overwrite(grain.GetGrainId(), new Album { Title = "theirs" });
        Assert.Equal("theirs", await grain.Reread());
    }

    [Fact]
    public async Task A_stale_write_is_refused_and_the_winners_data_stands()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("mine");
        Storage.Overwrite(grain.GetGrainId(), new Album { Title = "theirs" });
        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Write("mine again"));
        Assert.NotEqual(refused.StoredEtag, refused.CurrentEtag);
        Assert.Equal("theirs", Storage.Peek<Album>(grain.GetGrainId())?.Title);
    }

    [Fact]
    public async Task An_inconsistent_state_ends_the_activation_and_the_next_call_reads_anew()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("mine");
        var before = await grain.Activation();
        Storage.Overwrite(grain.GetGrainId(), new Album { Title = "theirs" });
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Write("mine again"));
        Assert.Equal("theirs", await grain.Title());
        Assert.NotEqual(before, await grain.Activation());
        await grain.Write("now on top");
        Assert.Equal("now on top", Storage.Peek<Album>(grain.GetGrainId())?.Title);
    }

    [Fact]
    public async Task An_inconsistent_state_that_the_grain_deals_with_does_not_end_it()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("mine");
        var before = await grain.Activation();
        Storage.Overwrite(grain.GetGrainId(), new Album { Title = "theirs" });
        Assert.Equal("theirs and mine", await grain.Merge("mine"));
        Assert.Equal(before, await grain.Activation());
    }

    [Fact]
    public async Task A_failed_write_fails_the_call_and_can_be_tried_again()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        await grain.Write("first");
        Storage.FailNext(grain.GetGrainId(), "disk full");
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => grain.Write("second"));
        Assert.Contains("disk full", failed.ToString());
        Assert.Equal("first", Storage.Peek<Album>(grain.GetGrainId())?.Title);
        await grain.Write("third");
        Assert.Equal("third", Storage.Peek<Album>(grain.GetGrainId())?.Title);
    }

    [Fact]
    public async Task A_failed_read_fails_the_activation_and_the_next_call_tries_anew()
    {
        var grain = cluster.Grains.GetGrain<INotebookGrain>(Guid.NewGuid().ToString());
        Storage.FailNext(grain.GetGrainId(), "disk gone");
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => grain.Title());
        Assert.Contains("disk gone", failed.ToString());
        Assert.Equal("untitled", await grain.Title());
    }

    [Fact]
    public async Task A_provider_that_nobody_registered_fails_the_call_and_is_named()
    {
        var grain = cluster.Grains.GetGrain<ILostGrain>(Guid.NewGuid().ToString());
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => grain.Title());
        Assert.Contains("no-such-provider", failed.ToString());
    }
}

[GenerateSerializer]
public sealed record Album
{
    [Id(0)]
    public string Title { get; init; } = "untitled";

    [Id(1)]
    public int Changes { get; init; }
}

[GenerateSerializer, Immutable]
public sealed record AlbumView(string Title, int Changes, bool RecordExists, bool HasEtag);

public interface IAlbumGrain : IGrainWithStringKey
{
    Task<AlbumView> View();

    Task Rename(string title);

    Task RenameWithoutWriting(string title);

    Task SetCover(string cover);

    Task<string> Cover();

    Task Clear();

    Task Stop();
}

public sealed class AlbumGrain(
    [PersistentState("album")] IPersistentState<Album> album,
    [PersistentState("cover", "other")] IPersistentState<Album> cover) : Grain, IAlbumGrain
{
    public Task<AlbumView> View() => Task.FromResult(new AlbumView(
        album.State.Title, album.State.Changes, album.RecordExists, !string.IsNullOrEmpty(album.Etag)));

    public Task Rename(string title)
    {
        album.State = new Album { Title = title, Changes = album.State.Changes + 1 };
        return album.WriteStateAsync();
    }

    public Task RenameWithoutWriting(string title)
    {
        album.State = album.State with { Title = title };
        return Task.CompletedTask;
    }

    public Task SetCover(string title)
    {
        cover.State = cover.State with { Title = title };
        return cover.WriteStateAsync();
    }

    public Task<string> Cover() => Task.FromResult(cover.State.Title);

    public Task Clear() => album.ClearStateAsync();

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface INotebookGrain : IGrainWithStringKey
{
    Task<string> Title();

    Task<string> TitleWhenActivated();

    Task<Guid> Activation();

    Task Write(string title);

    Task<string> Reread();

    Task<string> Merge(string title);

    Task Stop();
}

public sealed class NotebookGrain([PersistentState("album", DictionaryStorage.Name)] IPersistentState<Album> notes) : Grain, INotebookGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private string _titleWhenActivated = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _titleWhenActivated = notes.State.Title;
        return Task.CompletedTask;
    }

    public Task<string> Title() => Task.FromResult(notes.State.Title);

    public Task<string> TitleWhenActivated() => Task.FromResult(_titleWhenActivated);

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task Write(string title)
    {
        notes.State = notes.State with { Title = title };
        return notes.WriteStateAsync();
    }

    public async Task<string> Reread()
    {
        await notes.ReadStateAsync();
        return notes.State.Title;
    }

    public async Task<string> Merge(string title)
    {
        try
        {
            await Write(title);
        }
        catch (InconsistentStateException)
        {
            await notes.ReadStateAsync();
            await Write($"{notes.State.Title} and {title}");
        }

        return notes.State.Title;
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface ILostGrain : IGrainWithStringKey
{
    Task<string> Title();
}

public sealed class LostGrain([PersistentState("album", "no-such-provider")] IPersistentState<Album> album) : Grain, ILostGrain
{
    public Task<string> Title() => Task.FromResult(album.State.Title);
}

/// <summary>A storage provider as a user writes one: everything in a dictionary, with etags and failures on demand.</summary>
public sealed class DictionaryStorage : IGrainStorage
{
    public const string Name = "dictionary";

    private static readonly ConcurrentDictionary<string, DictionaryStorage> All = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), (object State, string Etag)> _rows = new();
    private readonly ConcurrentDictionary<GrainId, string> _failures = new();
    private int _etag;

    public int Count => _rows.Count;

    /// <summary>One that outlives silos.</summary>
    public static DictionaryStorage Of(string name) => All.GetOrAdd(name, static _ => new DictionaryStorage());

    public void Overwrite<T>(GrainId grain, T state) where T : notnull => _rows[("album", grain)] = (state, NextEtag());

    public T? Peek<T>(GrainId grain) where T : class => _rows.TryGetValue(("album", grain), out var row) ? (T)row.State : null;

    public void FailNext(GrainId grain, string why) => _failures[grain] = why;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await Pretend(grainId);
        if (!_rows.TryGetValue((stateName, grainId), out var row))
        {
            grainState.RecordExists = false;
            grainState.ETag = null;
            return;
        }

        grainState.State = (T)row.State;
        grainState.ETag = row.Etag;
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await Pretend(grainId);
        Check(stateName, grainId, grainState.ETag);
        grainState.ETag = NextEtag();
        grainState.RecordExists = true;
        _rows[(stateName, grainId)] = (grainState.State!, grainState.ETag);
    }

    public async Task ClearStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await Pretend(grainId);
        Check(stateName, grainId, grainState.ETag);
        _rows.TryRemove((stateName, grainId), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private async Task Pretend(GrainId grainId)
    {
        await Task.Yield();
        if (_failures.TryRemove(grainId, out var why)) throw new IOException(why);
    }

    private void Check(string stateName, GrainId grainId, string? etag)
    {
        var stored = _rows.TryGetValue((stateName, grainId), out var row) ? row.Etag : null;
        if (stored != etag) throw new InconsistentStateException("The etag is stale.", stored ?? "none", etag ?? "none");
    }

    private string NextEtag() => $"etag {Interlocked.Increment(ref _etag)}";
}
