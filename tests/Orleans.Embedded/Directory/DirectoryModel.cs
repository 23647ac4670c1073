using Orleans.Embedded;

namespace EngineTests.Directory;

/// <summary>
/// Directories of some silos on one thread, whose messages and views arrive in an order that a random number generator
/// chooses: late, out of order, lost with the connection, views left out.
/// </summary>
internal sealed class DirectoryModel(int seed)
{
    private const int GrainCount = 12;
    private const int MaxSilos = 5;

    private static readonly TimeSpan Never = TimeSpan.FromDays(40);

    private readonly Random _random = new(seed);
    private readonly ManualTime _time = new();
    private readonly Loop _loop = new();
    private readonly List<Action> _events = [];
    private readonly List<ModelSilo> _silos = [];
    private readonly List<Task> _operations = [];
    private readonly GrainId[] _grains = [.. Enumerable.Range(0, GrainCount).Select(i => GrainId.Create("model", $"{i}"))];
    private ClusterView _truth = new(0, []);
    private int _generation;
    private readonly List<FormattableString> _history = [];
    private int _duplicates;

    public int Granted { get; private set; }

    public int Lost { get; private set; }

    private IEnumerable<ModelSilo> Running => _silos.Where(static silo => !silo.IsKilled);

    public void Run(int steps)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_loop);
        try
        {
            Join();
            Join();
            for (var step = 0; step < steps; step++)
            {
                Step();
                _loop.RunAll();
                CheckHolders();
            }

            Settle();
            CheckEntries();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void Step()
    {
        var dice = _random.Next(100);
        if (dice < 45 && _events.Count != 0)
            FireEvent();
        else if (dice < 60)
            ShowView();
        else if (dice < 65)
            _time.FireNext(within: TimeSpan.FromSeconds(1));
        else if (dice < 97)
            Operate();
        else
            ChangeMembers();
    }

    private void FireEvent()
    {
        var index = _random.Next(_events.Count);
        var fired = _events[index];
        _events.RemoveAt(index);
        fired();
    }

    private void ShowView()
    {
        if (Running.ToList() is { Count: > 0 } running)
            running[_random.Next(running.Count)].See(_truth);
    }

    private void Operate()
    {
        // What the cluster says it is not, it may not know yet: it goes on as it was.
        var able = Running.Where(silo => silo.View.StatusOf(silo.Address) is SiloStatus.Active or SiloStatus.ShuttingDown && _truth.StatusOf(silo.Address) != SiloStatus.Dead).ToList();
        if (able.Count == 0)
            return;
        var chosen = able[_random.Next(able.Count)];
        var grain = _grains[_random.Next(GrainCount)];
        _operations.Add(_random.Next(4) == 0 ? chosen.Look(grain) : chosen.Has(grain) ? chosen.End(grain) : Activate(chosen, grain));
        _operations.RemoveAll(static operation => operation.IsCompletedSuccessfully);
    }

    private async Task Activate(ModelSilo silo, GrainId grain)
    {
        if (await silo.Activate(grain))
            Granted++;
    }

    private void ChangeMembers()
    {
        var active = Running.Where(silo => _truth.StatusOf(silo.Address) == SiloStatus.Active).ToList();
        switch (_random.Next(5))
        {
            case 0 or 1 when Running.Count() < MaxSilos:
                Join();
                break;
            case 2 when active.Count > 1:
                Set(active[_random.Next(active.Count)], SiloStatus.ShuttingDown);
                break;
            case 3 when active.Count > 1:
                Kill(active[_random.Next(active.Count)]);
                break;
            case 4:
                DeclareDead();
                break;
        }
    }

    private void Join()
    {
        var silo = new ModelSilo(this, SiloAddress.New(System.Net.IPAddress.Loopback, 1000 + _silos.Count, ++_generation));
        _silos.Add(silo);
        Set(silo, SiloStatus.Joining);
        Set(silo, SiloStatus.Active);
        silo.See(_truth);
        silo.Directory.Start();
    }

    // Those that were killed, and those that have nothing left to do.
    private void DeclareDead()
    {
        foreach (var silo in _silos.Where(silo => _truth.StatusOf(silo.Address) < SiloStatus.Dead && (silo.IsKilled || (_truth.StatusOf(silo.Address) == SiloStatus.ShuttingDown && silo.IsIdle))))
        {
            Kill(silo);
            Set(silo, SiloStatus.Dead);
        }
    }

    private void Kill(ModelSilo silo)
    {
        silo.IsKilled = true;
        // Its connections end, and with them what it was asked.
        _events.AddRange(silo.Asked);
        silo.Asked.Clear();
    }

    private void Set(ModelSilo silo, SiloStatus status)
    {
        Note($"* {silo.Address} is {status} in v{_truth.Version + 1}");
        _truth = _truth.With(new ClusterMember(silo.Address, "", "", status, [], default, default));
        // The silo itself may do so before any other hears of it.
        if (!silo.IsKilled && _random.Next(2) == 0)
            silo.See(_truth);
    }

    // All messages arrive and all views are seen; then nothing may wait any more.
    private void Settle()
    {
        for (var round = 0; ; round++)
        {
            Assert.True(round < 100_000, $"Seed {seed}: {_operations.Count(static operation => !operation.IsCompleted)} operations never end.");
            DeclareDead();
            foreach (var silo in Running)
                silo.See(_truth);
            while (_events.Count != 0)
            {
                FireEvent();
                _loop.RunAll();
                CheckHolders();
            }

            _loop.RunAll();
            if (_events.Count == 0 && !_time.FireNext(within: TimeSpan.FromSeconds(1)) && _loop.IsIdle)
                break;
        }

        foreach (var operation in _operations)
        {
            // Of silos that are gone nobody hears.
            if (operation.IsFaulted)
                Assert.Fail($"Seed {seed}: {operation.Exception}");
        }

        Assert.All(Running, silo => Assert.True(silo.IsIdle, $"Seed {seed}: silo {silo.Address} waits for an answer."));
    }

    // Put together only when it is needed.
    private void Note(FormattableString what) => _history.Add(what);

    private void CheckHolders()
    {
        Assert.True(_duplicates == 0, $"Seed {seed}: a new owner was told of two holders of one grain.");
        var alive = _silos.Where(silo => _truth.StatusOf(silo.Address) != SiloStatus.Dead).ToList();
        foreach (var grain in _grains)
        {
            if (alive.Count(silo => silo.Holds(grain)) <= 1)
                continue;
            var holders = alive.Where(silo => silo.Holds(grain));
            var history = _history.Select(static note => note.ToString()).Where(line => line.StartsWith('*') || line.Contains(grain.ToString(), StringComparison.Ordinal));
            Assert.Fail($"Seed {seed}: {grain} is held by {string.Join(" and ", holders.Select(static silo => silo.Address))}.\n{string.Join('\n', history)}");
        }
    }

    private void CheckEntries()
    {
        foreach (var grain in _grains)
        {
            var holder = Running.SingleOrDefault(silo => silo.Holds(grain))?.Address;
            foreach (var silo in Running.Where(silo => _truth.StatusOf(silo.Address) == SiloStatus.Active))
            {
                var looked = silo.Directory.Lookup(grain).AsTask();
                while (!looked.IsCompleted && (_events.Count != 0 || _time.FireNext(within: TimeSpan.FromSeconds(1))))
                {
                    if (_events.Count != 0)
                        FireEvent();
                    _loop.RunAll();
                }

                Assert.True(looked.IsCompletedSuccessfully, $"Seed {seed}: {silo.Address} gets no answer about {grain}.");
                Assert.True(Equals(holder, looked.Result), $"Seed {seed}: {silo.Address} finds {grain} at {looked.Result}, and it is at {holder}.");
            }
        }
    }

    /// <summary>Brings something to a silo at some time, and its answer back; or the connection is lost before or after.</summary>
    private Task<T> Send<T>(ModelSilo from, SiloAddress to, FormattableString what, Func<GrainDirectory, ValueTask<T>> ask)
    {
        var answer = new TaskCompletionSource<T>();
        var target = _silos.Single(silo => silo.Address.Equals(to));
        _events.Add(() =>
        {
            if (target.IsKilled || _random.Next(20) == 0)
                Lose();
            else
                _ = Execute();
        });
        target.Asked.Add(Fail);
        return answer.Task;

        void Lose()
        {
            Lost++;
            _events.Add(Fail);
        }

        void Fail() => Answer(() => answer.TrySetException(new SiloUnavailableException("Lost.")));

        async Task Execute()
        {
            try
            {
                var result = await ask(target.Directory);
                Note($"{from.Address} hears of {target.Address}: {what} = {(result is DirectoryPage page ? string.Join(' ', page.Claims) : result)}");
                if (_random.Next(20) == 0)
                    Lose();
                else
                    _events.Add(() => Answer(() => answer.TrySetResult(result)));
            }
            catch (Exception exception)
            {
                _events.Add(() => Answer(() => answer.TrySetException(exception)));
            }
        }

        void Answer(Action answered)
        {
            target.Asked.Remove(Fail);
            if (!from.IsKilled)
                answered();
        }
    }

    /// <summary>One silo: its directory, and the grains that it has or claims.</summary>
    private sealed class ModelSilo : IClusterMembership, IDirectoryPeers, IDirectoryHost
    {
        private readonly DirectoryModel _model;
        private readonly Dictionary<GrainId, Claimant> _claimants = [];
        private Action<ClusterView> _onChange = static _ => { };
        private int _pending;

        public ModelSilo(DirectoryModel model, SiloAddress address)
        {
            (_model, Address) = (model, address);
            var options = new DirectoryOptions
            {
                AskTimeout = Never,
                OperationTimeout = Never,
                RecoveryTimeout = Never,
                Waiters = TaskCreationOptions.None,
                PageSize = 2,
            };
            Directory = new GrainDirectory(address, this, this, this, model._time, options);
        }

        public SiloAddress Address { get; }

        public GrainDirectory Directory { get; }

        public ClusterView View { get; private set; } = ClusterView.Empty;

        public bool IsKilled { get; set; }

        /// <summary>Nothing is under way, and it holds nothing.</summary>
        public bool IsIdle => _pending == 0;

        /// <summary>Fails what it was asked and has not answered.</summary>
        public List<Action> Asked { get; } = [];

        IEnumerable<IClaimant> IDirectoryHost.Claimants => _claimants.Values;

        public bool Has(GrainId grain) => _claimants.ContainsKey(grain);

        public bool Holds(GrainId grain) => _claimants.TryGetValue(grain, out var claimant) && claimant.Claim != 0;

        public void See(ClusterView view)
        {
            if (view.Version <= View.Version)
                return;
            View = view;
            _model.Note($"* {Address} sees v{view.Version}");
            _onChange(view);
        }

        public async Task<bool> Activate(GrainId grain)
        {
            var claimant = new Claimant(grain);
            _claimants.Add(grain, claimant);
            _pending++;
            _model.Note($"{Address} v{View.Version} registers {grain}");
            var holder = await Directory.Register(claimant);
            _model.Note($"{Address} v{View.Version} registered {grain}: {holder} {claimant.Claim}");
            _pending--;
            claimant.IsUp = holder.Equals(Address);
            if (!claimant.IsUp)
                _claimants.Remove(grain);
            return claimant.IsUp;
        }

        public async Task End(GrainId grain)
        {
            var claimant = _claimants[grain];
            if (!claimant.IsUp)
                return;
            claimant.IsUp = false;
            _pending++;
            _model.Note($"{Address} v{View.Version} ends {grain} {claimant.Claim}");
            await Directory.Unregister(claimant);
            _model.Note($"{Address} v{View.Version} ended {grain}");
            _pending--;
            _claimants.Remove(grain);
        }

        public async Task Look(GrainId grain)
        {
            _pending++;
            await Directory.Lookup(grain);
            _pending--;
        }

        void IClusterMembership.Subscribe(Action<ClusterView> onChange)
        {
            _onChange = onChange;
            onChange(View);
        }

        async ValueTask<ClusterView> IClusterMembership.AtLeast(long version, CancellationToken cancellation)
        {
            var read = new TaskCompletionSource();
            _model._events.Add(() =>
            {
                if (IsKilled)
                    return;
                See(_model._truth);
                read.SetResult();
            });
            await read.Task;
            return View;
        }

        void IClusterMembership.Suspect(SiloAddress silo, Exception why)
        {
            // The model declares the dead.
        }

        Task IClusterMembership.Refresh(CancellationToken cancellation)
        {
            See(_model._truth);
            return Task.CompletedTask;
        }

        Task<DirectoryAnswer> IDirectoryPeers.Ask(SiloAddress owner, DirectoryRequest request, CancellationToken cancellation) =>
            _model.Send(this, owner, $"{request}", directory => directory.Answer(Address, request));

        Task<DirectoryPage> IDirectoryPeers.Collect(SiloAddress member, long version, HashRanges ranges, uint from, CancellationToken cancellation) =>
            _model.Send(this, member, $"collect v{version} from {from}", directory => directory.Collect(version, ranges, from));

        Task IDirectoryPeers.GiveUp(SiloAddress member, IReadOnlyList<(GrainId Grain, long Claim)> claims, CancellationToken cancellation)
        {
            _model._duplicates++;
            return Task.CompletedTask;
        }

        void IDirectoryHost.GiveUp(GrainId grain, long claim) => _model._duplicates++;
    }

    private sealed class Claimant(GrainId grain) : IClaimant
    {
        public GrainId GrainId => grain;

        public long Claim { get; set; }

        public bool IsUp { get; set; }
    }

    /// <summary>Runs what is posted, in order, when it is told to.</summary>
    private sealed class Loop : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public bool IsIdle => _posted.Count == 0;

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void RunAll()
        {
            while (_posted.TryDequeue(out var item))
                item.Callback(item.State);
        }
    }
}
