using System.Diagnostics;
using System.Text.Json.Nodes;
using EngineTests.Stress;

namespace EngineTests.Turns;

/// <summary>Asks for the task and the scheduler of its turns.</summary>
public interface ITurnMarkGrain : IGrainWithStringKey
{
    /// <summary>The id of the task that the turn runs in.</summary>
    Task<int> CurrentTask();

    /// <summary>Whether a task that it starts runs in its scheduler, and it itself again afterwards.</summary>
    Task<bool> StartedTasksStay();
}

public sealed class TurnMarkGrain : Grain, ITurnMarkGrain
{
    public Task<int> CurrentTask() => Task.FromResult(Task.CurrentId ?? 0);

    public async Task<bool> StartedTasksStay()
    {
        var own = TaskScheduler.Current;
        var started = await Task.Factory.StartNew(() => TaskScheduler.Current);
        await Task.Yield();
        return own != TaskScheduler.Default && started == own && TaskScheduler.Current == own;
    }
}

/// <summary>How a turn is made to be the current task, by either of the two ways.</summary>
public sealed class TurnMarkTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const string Switch = "Orleans.Embedded.TaskPerBurst";

    private static bool IsTaskPerBurst => AppContext.TryGetSwitch(Switch, out var isSet) && isSet;

    [Fact]
    public async Task A_burst_is_a_task_of_its_own_only_where_the_runtime_has_no_slot_for_another()
    {
        var grain = silo.Cluster.GrainFactory.GetGrain<ITurnMarkGrain>(Guid.NewGuid().ToString());
        var first = await grain.CurrentTask();
        var second = await grain.CurrentTask();
        Assert.NotEqual(0, first);
        Assert.Equal(IsTaskPerBurst, first != second);
    }

    [Fact]
    public async Task Started_tasks_stay_in_the_grain() =>
        Assert.True(await silo.Cluster.GrainFactory.GetGrain<ITurnMarkGrain>(Guid.NewGuid().ToString()).StartedTasksStay());
}

/// <summary>The other way needs a process of its own: it is chosen once.</summary>
public sealed class TaskPerBurstTests
{
    [Fact]
    public async Task The_way_without_the_slot_holds_the_same_promises()
    {
        var assembly = typeof(TaskPerBurstTests).Assembly.Location;
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(assembly, ".runtimeconfig.json")))!;
        var options = config["runtimeOptions"]!.AsObject();
        var properties = options["configProperties"]?.AsObject() ?? [];
        properties["Orleans.Embedded.TaskPerBurst"] = true;
        options["configProperties"] = properties.DeepClone();
        var path = Path.Combine(Path.GetTempPath(), $"task-per-burst-{Guid.NewGuid():N}.runtimeconfig.json");
        await File.WriteAllTextAsync(path, config.ToJsonString());
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            foreach (var argument in new[]
            {
                "exec", "--runtimeconfig", path, assembly,
                "-class", typeof(TurnMarkTests).FullName!, "-class", typeof(StressTests).FullName!,
            })
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output + await errors);
            // That it ran them at all.
            Assert.Matches("Total: [1-9]", output);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
