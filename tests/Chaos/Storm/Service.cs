using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>The whole service in processes of its own: PostgreSQL, silos that reach it through lines that can be cut, nginx.</summary>
/// <remarks>Silos that end by themselves are started again, as any supervisor does it.</remarks>
internal sealed class Service : IAsyncDisposable
{
    public const int Silos = 3;

    public const string OperatorKey = "an operator key of the storm, long enough";

    private const int LogsKept = 12;
    private const int Starts = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly string _objects = Directory.CreateTempSubdirectory("styleshare-chaos-").FullName;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _frontLock = new(1, 1);
    private readonly ConcurrentQueue<(string Name, SiloProcess Silo)> _ended = new();
    private readonly Slot[] _slots;
    private readonly History _history;
    private Nginx? _front;
    private int _started;
    private Task _supervising = Task.CompletedTask;

    private Service(PostgresServer database, History history)
    {
        (Database, _history) = (database, history);
        _slots = [.. Enumerable.Range(0, Silos).Select(number => new Slot(number, new PostgresProxy(database.ConnectionString)))];
    }

    public PostgresServer Database { get; }

    /// <summary>For connections that are made anew each time: those of before may have been cut.</summary>
    public string Unpooled => new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Pooling = false }.ConnectionString;

    public IReadOnlyList<PostgresProxy> Lines => [.. _slots.Select(slot => slot.Line)];

    public static async Task<Service> Start(History history)
    {
        var service = new Service(await PostgresServer.StartAsync("max_connections=120"), history);
        try
        {
            await Task.WhenAll(service._slots.Select(slot => service.Begin(slot, [], [])));
            service._front = await Nginx.Start(service.Addresses);
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        service._supervising = service.Supervise();
        return service;
    }

    /// <summary>A client of the front.</summary>
    public HttpClient Client() => _front!.Client();

    /// <summary>Has something happen to a silo that nothing happens to yet; it is there again afterwards.</summary>
    public async Task Strike(Random random, Func<int, Task> blow)
    {
        var order = Enumerable.Range(0, Silos).ToArray();
        random.Shuffle(order);
        var slot = order.Select(number => _slots[number]).FirstOrDefault(slot => slot.Lock.Wait(0));
        if (slot is null)
            return;
        try
        {
            await blow(slot.Number);
        }
        finally
        {
            slot.Lock.Release();
        }
    }

    /// <summary>Has something happen to all of them.</summary>
    public async Task StrikeAll(Func<Task> blow)
    {
        foreach (var slot in _slots)
            await slot.Lock.WaitAsync();
        try
        {
            await blow();
        }
        finally
        {
            foreach (var slot in _slots)
                slot.Lock.Release();
        }
    }

    public SiloProcess Silo(int number) => _slots[number].Silo!;

    /// <summary>Ends a silo as a power cut does.</summary>
    public async Task Kill(int number)
    {
        if (!Silo(number).HasEnded)
            await Silo(number).Kill();
        Keep(_slots[number]);
    }

    /// <summary>Asks a silo to end, and waits for it.</summary>
    /// <param name="ask">How, by the silo's name; by a signal if null.</param>
    public async Task Terminate(int number, Func<string, Task>? ask = null)
    {
        if (ask is not null)
            await ask(_slots[number].Name);
        else if (!Silo(number).HasEnded)
            Silo(number).Terminate();
        var code = await Silo(number).Ended();
        if (code != 0)
            _history.Surprise(string.Create(CultureInfo.InvariantCulture, $"A silo that was asked to end did so with exit code {code}."));
        Keep(_slots[number]);
    }

    /// <summary>Starts a silo again, and has nginx know.</summary>
    public async Task Again(int number, IEnumerable<KeyValuePair<string, string>>? environment = null, params string[] settings)
    {
        await Begin(_slots[number], environment ?? [], settings);
        await ReloadFront();
    }

    /// <summary>Has nginx read its configuration, with the silos that there are.</summary>
    public async Task ReloadFront()
    {
        await _frontLock.WaitAsync();
        try
        {
            await _front!.Reload(Addresses);
        }
        finally
        {
            _frontLock.Release();
        }
    }

    /// <summary>Asks the database itself, again if something else strikes it meanwhile.</summary>
    public async Task<T> Ask<T>(string sql)
    {
        using var limit = new CancellationTokenSource(Clients.Patience);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Unpooled);
                await connection.OpenAsync(limit.Token);
                await using var command = new NpgsqlCommand(sql, connection);
                return (T)(await command.ExecuteScalarAsync(limit.Token))!;
            }
            catch (NpgsqlException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(Look, limit.Token);
            }
        }
    }

    /// <summary>Writes what the last silos logged.</summary>
    public async Task Dump(string folder)
    {
        foreach (var slot in _slots.Where(slot => slot.Silo is not null))
        {
            await slot.Lock.WaitAsync();
            await Kill(slot.Number);
            slot.Lock.Release();
        }

        foreach (var (name, silo) in _ended)
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".log"), await silo.Output + await silo.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        if (_front is not null)
            await _front.DisposeAsync();
        foreach (var (_, silo) in _ended)
            silo.Dispose();
        foreach (var slot in _slots)
        {
            slot.Silo?.Dispose();
            slot.Lock.Dispose();
            await slot.Line.DisposeAsync();
        }

        await Database.DisposeAsync();
        Directory.Delete(_objects, recursive: true);
        _frontLock.Dispose();
        _stopping.Dispose();
    }

    private IEnumerable<Uri> Addresses => _slots.Select(slot => slot.Silo).OfType<SiloProcess>().Select(silo => silo.Address);

    private async Task Begin(Slot slot, IEnumerable<KeyValuePair<string, string>> environment, string[] settings)
    {
        // One that cannot reach the database in time ends, and is started again, as any supervisor does it.
        for (var attempt = 1; ; attempt++)
        {
            // Another one each time: a killed silo is listed for a while.
            slot.Name = string.Create(CultureInfo.InvariantCulture, $"silo-{slot.Number}-{Interlocked.Increment(ref _started)}");
            try
            {
                slot.Silo = await SiloProcess.Start(slot.Line.ConnectionString, environment, [.. Settings(slot.Name), .. settings]);
                return;
            }
            catch (Exception) when (attempt < Starts && !_stopping.IsCancellationRequested)
            {
                await Task.Delay(Look);
            }
        }
    }

    private string[] Settings(string name) =>
    [
        "--StyleShare:Accounts:PasswordIterations", "1",
        "--StyleShare:Points:HoldFor", "00:00:05",
        "--StyleShare:Points:ExpirySweepEvery", "00:01:00",
        // Good for silos an hour ahead and an hour behind, too.
        "--StyleShare:Accounts:AccessTokenLifetime", "1.00:00:00",
        "--StyleShare:Objects:UploadLasts", "12:00:00",
        "--StyleShare:Objects:Folder:Path", _objects,
        "--StyleShare:Operators:Key", OperatorKey,
        "--StyleShare:Silo:Name", name,
        "--StyleShare:Silo:DrainFor", "00:00:02",
        "--Logging:Console:LogLevel:Default", "Warning",
    ];

    private void Keep(Slot slot)
    {
        _ended.Enqueue((slot.Name, slot.Silo!));
        slot.Silo = null;
        if (_ended.Count > LogsKept && _ended.TryDequeue(out var old))
            old.Silo.Dispose();
    }

    private async Task Supervise()
    {
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var slot in _slots.Where(slot => slot.Silo is { HasEnded: true } && slot.Lock.Wait(0)))
            {
                try
                {
                    if (slot.Silo is { HasEnded: true } ended)
                    {
                        var code = await ended.Ended();
                        _history.Strike(string.Create(CultureInfo.InvariantCulture, $"silo ended by itself (exit code {code})"));
                        Keep(slot);
                        await Again(slot.Number);
                    }
                }
                catch (Exception e)
                {
                    _history.Surprise($"A silo does not start again: {e}");
                }
                finally
                {
                    slot.Lock.Release();
                }
            }

            await Task.Delay(Look, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Slot(int number, PostgresProxy line)
    {
        public int Number => number;

        public PostgresProxy Line => line;

        public SemaphoreSlim Lock { get; } = new(1, 1);

        public string Name { get; set; } = "";

        /// <summary>Null while it is away.</summary>
        public SiloProcess? Silo { get; set; }
    }
}
