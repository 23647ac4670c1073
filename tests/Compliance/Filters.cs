using Orleans.TestingHost;

namespace Compliance;

/// <summary>A silo with call filters: two for all incoming calls, one for all outgoing ones.</summary>
public sealed class FilteredCluster : ClusterFixture<FilteredCluster.Configurator>
{
    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddSingleton(new Paint("injected into a filter"));
            siloBuilder.AddIncomingGrainCallFilter<NotingFilter>();
            siloBuilder.AddIncomingGrainCallFilter(static async context =>
            {
                if (context.Grain is not FilteredGrain grain)
                {
                    await context.Invoke();
                    return;
                }

                Probe.Of(grain).Note($"second before {context.MethodName}");
                await context.Invoke();
                Probe.Of(grain).Note($"second after {context.MethodName}");
            });
            siloBuilder.AddOutgoingGrainCallFilter(static async context =>
            {
                if (context.SourceContext?.GrainInstance is not FilteredGrain source || context.InterfaceMethod.DeclaringType != typeof(IFilteredGrain))
                {
                    await context.Invoke();
                    return;
                }

                Probe.Of(source).Note($"outgoing {context.MethodName}");
                await context.Invoke();
                if (context.Result is string text) context.Result = $"{text}, seen on the way out";
            });
        }
    }
}

/// <summary>Filters stand around every call, see what it is and may change what comes of it.</summary>
public sealed class FiltersTests(FilteredCluster cluster) : IClassFixture<FilteredCluster>
{
    [Fact]
    public async Task Filters_run_in_the_order_of_registration_and_the_grains_own_last()
    {
        var probe = Probe.New(out var key);
        Assert.Equal("plain", await cluster.Grains.GetGrain<IFilteredGrain>(key).Plain());
        Assert.Equal(
            [
                "first before Plain", "second before Plain", "own before Plain",
                "own after Plain", "second after Plain", "first after Plain"
            ],
            probe.Journal);
    }

    [Fact]
    public async Task A_filter_sees_who_is_called_what_is_called_and_with_which_arguments()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IFilteredGrain>(key);
        await grain.Describe("a word", 5);
        Assert.Contains(
            $"{grain.GetGrainId()} {nameof(IFilteredGrain)} Describe [a word;5] on {nameof(FilteredGrain)}.Describe",
            probe.Journal);
    }

    [Fact]
    public async Task A_filter_can_change_the_result()
    {
        Probe.New(out var key);
        Assert.Equal(41 + 1, await cluster.Grains.GetGrain<IFilteredGrain>(key).OneMoreByFilter(41));
    }

    [Fact]
    public async Task A_filter_can_refuse_the_call_and_the_grain_is_not_reached()
    {
        var probe = Probe.New(out var key);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => cluster.Grains.GetGrain<IFilteredGrain>(key).Forbidden());
        Assert.DoesNotContain("inside", probe.Journal);
    }

    [Fact]
    public async Task A_filter_can_catch_what_the_grain_throws_and_answer_instead()
    {
        Probe.New(out var key);
        Assert.Equal("rescued from it broke", await cluster.Grains.GetGrain<IFilteredGrain>(key).Broken());
    }

    [Fact]
    public async Task An_outgoing_filter_stands_around_calls_that_grains_make()
    {
        var probe = Probe.New(out var key);
        Assert.Equal("plain, seen on the way out", await cluster.Grains.GetGrain<IFilteredGrain>(key).AskOther());
        Assert.Contains("outgoing Plain", probe.Journal);
    }

    [Fact]
    public async Task An_outgoing_filter_stands_around_calls_through_a_clients_reference_too()
    {
        var probe = Probe.New(out var key);
        var other = cluster.Grains.GetGrain<IFilteredGrain>($"{key}-other");
        Assert.Equal("plain, seen on the way out", await cluster.Grains.GetGrain<IFilteredGrain>(key).Ask(other));
        Assert.Contains("outgoing Plain", probe.Journal);
    }

    [Fact]
    public async Task A_read_only_call_passes_the_filters_too()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IFilteredGrain>(key);
        await grain.Plain();
        Assert.Equal("read", await grain.Read());
        Assert.Contains("first before Read", probe.Journal);
        Assert.Contains("own before Read", probe.Journal);
    }

    [Fact]
    public async Task A_filter_runs_in_the_grains_turn_and_context()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IFilteredGrain>(key).Plain();
        await cluster.Grains.GetGrain<IFilteredGrain>(key).WithContext();
        Assert.Contains("context set by filter: from the filter", probe.Journal);
        Assert.DoesNotContain("filter ran elsewhere", probe.Journal);
    }
}

/// <summary>A filter from the container, with a dependency.</summary>
public sealed class NotingFilter(Paint paint, IGrainContextAccessor accessor) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not FilteredGrain grain)
        {
            await context.Invoke();
            return;
        }

        var probe = Probe.Of(grain);
        if (accessor.GrainContext?.GrainId != context.TargetId || paint.Name.Length == 0) probe.Note("filter ran elsewhere");
        if (context.MethodName == nameof(IFilteredGrain.Describe)) probe.Note(Describe(context));
        if (context.MethodName == nameof(IFilteredGrain.WithContext)) RequestContext.Set("filter", "from the filter");
        probe.Note($"first before {context.MethodName}");
        await context.Invoke();
        if (accessor.GrainContext?.GrainId != context.TargetId) probe.Note("filter ran elsewhere");
        probe.Note($"first after {context.MethodName}");
    }

    private static string Describe(IIncomingGrainCallContext context)
    {
        var arguments = Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument);
        return $"{context.TargetId} {context.InterfaceName.Split('.')[^1]} {context.MethodName} [{string.Join(';', arguments)}] on " +
            $"{context.ImplementationMethod.DeclaringType?.Name}.{context.ImplementationMethod.Name}";
    }
}

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Plain();

    Task Describe(string word, int number);

    Task<int> OneMoreByFilter(int value);

    Task Forbidden();

    Task<string> Broken();

    Task<string> AskOther();

    Task<string> Ask(IFilteredGrain other);

    [Orleans.Concurrency.ReadOnly]
    Task<string> Read();

    Task WithContext();
}

public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Probe.Of(this).Note($"own before {context.MethodName}");
        if (context.MethodName == nameof(Forbidden)) throw new UnauthorizedAccessException("not you");
        try
        {
            await context.Invoke();
        }
        catch (FormatException broken)
        {
            context.Result = $"rescued from {broken.Message}";
        }

        if (context.MethodName == nameof(OneMoreByFilter)) context.Result = (int)context.Result! + 1;
        Probe.Of(this).Note($"own after {context.MethodName}");
    }

    public Task<string> Plain() => Task.FromResult("plain");

    public Task Describe(string word, int number) => Task.CompletedTask;

    public Task<int> OneMoreByFilter(int value) => Task.FromResult(value);

    public Task Forbidden()
    {
        Probe.Of(this).Note("inside");
        return Task.CompletedTask;
    }

    public async Task<string> Broken()
    {
        await Task.Yield();
        throw new FormatException("it broke");
    }

    public Task<string> AskOther() => GrainFactory.GetGrain<IFilteredGrain>($"{this.GetPrimaryKeyString()}+").Plain();

    public Task<string> Ask(IFilteredGrain other) => other.Plain();

    public Task<string> Read() => Task.FromResult("read");

    public Task WithContext()
    {
        Probe.Of(this).Note($"context set by filter: {RequestContext.Get("filter")}");
        return Task.CompletedTask;
    }
}
