using StyleShare.Silos;
using StyleShare.Testing;

namespace StyleShare.Tests.Silos;

public sealed class SiloRegistryTests
{
    [Fact]
    public async Task Silos_see_each_other_and_who_stops_is_gone_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await RegistryHost.StartAsync(database, "one");
        await using (var two = await RegistryHost.StartAsync(database, "two"))
        {
            await one.Until(silos => Names(silos, SiloState.Ready) == "one two");
            Assert.All(await two.Desk.List(CancellationToken.None), silo => Assert.True(silo.IsLive && silo.Version.Length > 0));
        }

        Assert.Equal(one.Id, Assert.Single(await one.Desk.List(CancellationToken.None)).Id);
    }

    [Fact]
    public async Task Who_is_not_seen_any_more_is_shown_as_lost_and_then_removed_by_whoever_sees_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO silos (id, name, version, state, seen_at) VALUES
                (gen_random_uuid(), 'dead', 'x', 'ready', now() - interval '20 minutes'),
                (gen_random_uuid(), 'lost', 'x', 'ready', now() - interval '7 minutes')
            """);
        await using var silo = await RegistryHost.StartAsync(database, options: options => options.SeenEvery = TimeSpan.FromMilliseconds(50));
        await silo.Until(silos => silos.All(s => s.Name != "dead"));
        Assert.False((await silo.Desk.List(CancellationToken.None)).Single(s => s.Name == "lost").IsLive);
    }

    [Fact]
    public async Task Who_was_removed_by_mistake_comes_back_as_old_as_it_is()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await RegistryHost.StartAsync(database, options: options => options.SeenEvery = TimeSpan.FromMilliseconds(50));
        await silo.Until(silos => silos.Count == 1);
        var started = (await silo.Desk.List(CancellationToken.None))[0].StartedAt;
        await database.ExecuteAsync("DELETE FROM silos");
        await silo.Until(silos => silos.Count == 1);
        var again = Assert.Single(await silo.Desk.List(CancellationToken.None));
        Assert.Equal(silo.Id, again.Id);
        // By two clocks, and through a busy machine; far less than had it begun anew, in a minute that nobody waits here.
        Assert.InRange(Math.Abs((again.StartedAt - started).TotalSeconds), 0, 30);
    }

    [Fact]
    public async Task One_alone_that_is_asked_to_drain_stops_without_waiting()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await RegistryHost.StartAsync(database, "mine", options => options.DrainFor = TimeSpan.FromMinutes(10));
        await silo.Until(silos => Names(silos, SiloState.Ready) == "mine");
        await silo.Desk.Drain("mine", request: null, CancellationToken.None);
        await silo.Stopping;
        Assert.True(silo.Drain.IsDraining);
    }

    [Fact]
    public async Task One_that_drains_goes_on_as_long_as_others_could_take_over_and_hears_at_once_that_it_is_asked()
    {
        await using var database = await TestDatabase.CreateAsync();
        void Patient(SiloRegistryOptions options) =>
            (options.DrainFor, options.SeenEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        await using var one = await RegistryHost.StartAsync(database, "one", Patient);
        await using var two = await RegistryHost.StartAsync(database, "two", Patient);
        await one.Until(silos => Names(silos, SiloState.Ready) == "one two");

        // Any silo takes it for any other. Polling would come in a minute: it is told.
        var asked = await two.Desk.Drain(one.Id.ToString(), request: null, CancellationToken.None);
        Assert.Equal((one.Id, "one"), (asked.Id, asked.Name));
        await two.Until(silos => Names(silos, SiloState.Draining) == "one");
        Assert.True(one.Drain.IsDraining);
        Assert.False(one.IsStopping);
        Assert.False(two.Drain.IsDraining);

        await two.StopAsync();
        await one.Stopping;
    }

    [Fact]
    public async Task One_that_has_drained_for_its_time_stops_though_others_are_there()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await RegistryHost.StartAsync(database, "one", options => options.DrainFor = TimeSpan.FromMilliseconds(500));
        await using var two = await RegistryHost.StartAsync(database, "two");
        await one.Until(silos => Names(silos, SiloState.Ready) == "one two");
        one.Drain.Begin("the test asked");
        one.Drain.Begin("the test asked again");
        await one.Stopping;
        Assert.False(two.IsStopping);
    }

    [Fact]
    public async Task Of_several_with_a_name_an_id_is_asked_for_and_the_living_go_before_the_lost()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO silos (id, name, version, state, seen_at) VALUES
                (gen_random_uuid(), 'twin', 'x', 'ready', now() + interval '1 hour'),
                (gen_random_uuid(), 'twin', 'x', 'ready', now() + interval '1 hour'),
                (gen_random_uuid(), 'back', 'x', 'ready', now() - interval '7 minutes'),
                ('00000000-0000-7000-8000-000000000001', 'back', 'x', 'ready', now() + interval '1 hour')
            """);
        await using var silo = await RegistryHost.StartAsync(database);
        Task<DrainAsked> Ask(string name) => silo.Desk.Drain(name, request: null, CancellationToken.None);
        Assert.Equal("silo_name_ambiguous", (await Assert.ThrowsAsync<Refusal>(() => Ask("twin"))).Code);
        Assert.Equal("silo_not_found", (await Assert.ThrowsAsync<Refusal>(() => Ask("nobody"))).Code);
        Assert.Equal("silo_not_found", (await Assert.ThrowsAsync<Refusal>(() => Ask(Guid.NewGuid().ToString()))).Code);
        var asked = await Ask("back");
        Assert.EndsWith("0001", asked.Id.ToString(), StringComparison.Ordinal);
        Assert.Equal(asked.At, (await Ask("back")).At);
    }

    [Fact]
    public async Task The_scale_signal_is_one_for_all_silos()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO silos (id, name, version, state, started_at, seen_at, metrics)
            SELECT gen_random_uuid(), 'busy', 'x', 'ready', now() - interval '1 hour', now() + interval '1 hour',
                '{"cpu": 0.95, "cores": 2, "threadPoolDelayMs": 1, "activations": 10, "ofANewerVersion": true}'
            FROM generate_series(1, 2)
            """);
        static void Eager(ScaleOptions options) =>
            (options.SampleEvery, options.RaiseAgainAfter, options.WarmUp) = (TimeSpan.FromMilliseconds(50), TimeSpan.Zero, TimeSpan.FromMinutes(10));
        static void Often(SiloRegistryOptions options) => options.SeenEvery = TimeSpan.FromMilliseconds(50);
        await using var one = await RegistryHost.StartAsync(database, "one", Often, Eager);
        await using var two = await RegistryHost.StartAsync(database, "two", Often, Eager);
        using var limit = new CancellationTokenSource(RegistryHost.Generous);
        while ((await one.Desk.Scale(limit.Token)).Signal.Wanted == 1)
            await Task.Delay(20, limit.Token);
        var (signal, _) = await two.Desk.Scale(limit.Token);
        Assert.Equal((3, 1.9), (signal.Wanted, signal.Load.Cpu));
        Assert.StartsWith("cpu ", Assert.Single(signal.Reasons), StringComparison.Ordinal);
        while ((await two.Desk.Scale(limit.Token)).Running < 4)
            await Task.Delay(20, limit.Token);
    }

    private static string Names(IReadOnlyList<RegisteredSilo> silos, SiloState state) =>
        string.Join(' ', silos.Where(silo => silo.State == state).Select(silo => silo.Name).Order(StringComparer.Ordinal));
}
