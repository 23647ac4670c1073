using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>
/// What <see cref="TaskScheduler.Current"/> answers is the scheduler of the task that the thread runs. The supported way to
/// be such a task, one for each burst of turns, costs an allocation and some 60 ns a call; so an activation has one task that
/// stands for all of its turns, and its bursts write that into the runtime's slot. Where the runtime has no such slot, or
/// the switch "Orleans.Embedded.TaskPerBurst" is set, bursts are tasks.
/// </summary>
internal static class TurnMark
{
    public static readonly bool IsSupported =
        !(AppContext.TryGetSwitch("Orleans.Embedded.TaskPerBurst", out var perBurst) && perBurst) && HasSlot();

    /// <summary>The task that the current thread runs.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "t_currentTask")]
    public static extern ref Task? Slot(Task? type);

    private static bool HasSlot()
    {
        try
        {
            var id = 0;
            var task = new Task(() => id = Task.CurrentId ?? 0);
            task.RunSynchronously(TaskScheduler.Default);
            // Not only is there a field of the name: it is the one that counts.
            ref var slot = ref Slot(null);
            var outer = slot;
            slot = task;
            var works = Task.CurrentId == task.Id && id == task.Id;
            slot = outer;
            return works;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}
