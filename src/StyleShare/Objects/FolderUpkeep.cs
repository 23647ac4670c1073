using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>Makes the folder at the start, and deletes what uploads left that ended with their silo.</summary>
internal sealed class FolderUpkeep(
    FolderObjectStore store, IOptions<ObjectOptions> objects, IOptions<FolderOptions> options, TimeProvider clock, ILogger<FolderUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (objects.Value.Store != ObjectStoreKind.Folder)
            return Task.CompletedTask;
        try
        {
            store.Folder.Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The folder of objects cannot be made: {e.Message} ({FolderOptions.Section}:Path)", e);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await Task.Run(DeleteLeftovers, stoppingToken);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private void DeleteLeftovers()
    {
        try
        {
            // The file system's clock says how old they are, so it is the machine's that says how late it is.
            var before = DateTime.UtcNow - options.Value.LeftoversAfter;
            var old = new DirectoryInfo(store.Folder.New).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before).ToList();
            old.ForEach(file => file.Delete());
            if (old.Count > 0)
                log.LeftoversDeleted(old.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LeftoversKept(e);
        }
    }
}
