using Orleans.Streams;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>Takes the batches of one stream for a consumer. A batch that fails comes again until all of it is done.</summary>
internal sealed class ConsumerObserver(Consumer consumer, StreamId stream, DeliveryOutcomes outcomes)
    : IAsyncBatchObserver<StreamEvent>
{
    // Of the batch that is being tried: its first event, what of it is done, and whether it failed before.
    private readonly HashSet<Guid> _done = [];
    private Guid _batch;
    private bool _failed;

    public async Task OnNextAsync(IList<SequentialItem<StreamEvent>> items)
    {
        if (items.Count == 0)
            return;
        if (_batch != items[0].Item.Id)
        {
            _batch = items[0].Item.Id;
            _done.Clear();
            _failed = false;
        }

        List<StreamEvent> events = [.. items.Select(item => item.Item).Where(e => !_done.Contains(e.Id))];
        var tries = await CountAsync(events);
        try
        {
            // Which of a batch is at fault shows one by one.
            if (consumer.Together && !_failed && events.Count > 1 && !tries.Values.Any(count => count > 1))
                await HandleTogetherAsync(events);
            else
                await HandleOneByOneAsync(events, tries);
        }
        catch
        {
            _failed = true;
            await outcomes.Uncount(consumer.Name, [.. events.Skip(1).Select(e => e.Id).Where(tries.ContainsKey)]);
            throw;
        }
        finally
        {
            if (tries.Count > 0)
                await outcomes.Forget(consumer.Name, [.. tries.Keys.Where(_done.Contains)]);
        }
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    /// <summary>Counts the tries of events that may have come before, and leaves those out that were handled.</summary>
    private async Task<Dictionary<Guid, int>> CountAsync(List<StreamEvent> events)
    {
        var again = events.Where(e => e.Redelivered).Select(e => e.Id).ToArray();
        if (again.Length == 0)
            return [];
        var tries = await outcomes.Count(consumer.Name, again);
        events.RemoveAll(e => e.Redelivered && !tries.ContainsKey(e.Id) && _done.Add(e.Id));
        return tries;
    }

    private async Task HandleTogetherAsync(List<StreamEvent> events)
    {
        await consumer.Handle(stream, events);
        foreach (var e in events)
            _done.Add(e.Id);
        outcomes.Delivered(events);
    }

    // Takes from the list what is done, so that its first event is the one at fault should it throw.
    private async Task HandleOneByOneAsync(List<StreamEvent> events, Dictionary<Guid, int> tries)
    {
        while (events.Count > 0)
        {
            await HandleAsync(events[0], tries.GetValueOrDefault(events[0].Id));
            _done.Add(events[0].Id);
            events.RemoveAt(0);
        }
    }

    private async Task HandleAsync(StreamEvent raised, int tries)
    {
        if (outcomes.IsOver(tries))
        {
            await outcomes.BuryInterrupted(consumer.Name, stream, raised, tries - 1);
            return;
        }

        try
        {
            await consumer.Handle(stream, [raised]);
            outcomes.Delivered([raised]);
        }
        catch (ChangeRefusedException e) when (e.Constraint == HandledEvents.Constraint)
        {
            // It was handled meanwhile, elsewhere.
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            // The database is away or busy: no fault of the event, and it passes.
            if (tries > 0)
                await outcomes.Uncount(consumer.Name, [raised.Id]);
            throw;
        }
        catch (Exception e)
        {
            if (!await outcomes.Failed(consumer.Name, stream, raised, e))
                throw;
        }
    }

    private static bool IsUnavailable(Exception e) =>
        e is Refusal { Kind: RefusalKind.Unavailable } or OutcomeUnknownException || PostgresErrors.IsAway(e);
}
