using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>Writes how tries ended: what ends while a batch is being committed goes with the next one.</summary>
internal sealed class JobWriter(ICommitter committer, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobWriter> log)
{
    private const string Unwritable = "an error that could not be written";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Bounded by what may be claimed.
    private readonly Channel<JobResult> _results = Channel.CreateUnbounded<JobResult>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Called with each batch that is written.</summary>
    public Action<IReadOnlyList<JobResult>>? Written { get; set; }

    public void Add(JobResult result) => _results.Writer.TryWrite(result with { EndedAt = clock.Now() });

    /// <summary>Nothing comes any more; <see cref="Run"/> ends when all is written.</summary>
    public void Close() => _results.Writer.TryComplete();

    /// <summary>Writes until it is closed or cancelled.</summary>
    public async Task Run(CancellationToken ct)
    {
        List<JobResult> batch = [];
        while (await _results.Reader.WaitToReadAsync(ct))
        {
            batch.Clear();
            while (batch.Count < options.Value.MaxBatch && _results.Reader.TryRead(out var result))
                batch.Add(result);
            await Write(batch, ct);
            Written?.Invoke(batch);
        }
    }

    // A job stays its worker's until its outcome is written, so that is tried for as long as it takes.
    private async Task Write(IReadOnlyList<JobResult> batch, CancellationToken ct)
    {
        var failing = false;
        while (true)
        {
            try
            {
                await committer.Commit(JobTable.Write(batch), ct);
                return;
            }
            catch (ChangeRefusedException e)
            {
                await WriteEach(batch, e, ct);
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (!failing)
                    log.UpkeepFailed("Writing outcomes", e);
                failing = true;
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    // What the database does not take is an error's text; the outcome matters more.
    private async Task WriteEach(IReadOnlyList<JobResult> batch, ChangeRefusedException refused, CancellationToken ct)
    {
        if (batch.Count > 1)
        {
            foreach (var result in batch)
                await Write([result], ct);
        }
        else if (batch[0].Error is { } error && error != Unwritable)
        {
            log.OutcomeRefused(batch[0].Run.Id, refused);
            await Write([batch[0] with { Run = batch[0].Run with { Errors = null }, Error = Unwritable }], ct);
        }
        else
        {
            log.OutcomeRefused(batch[0].Run.Id, refused);
        }
    }
}
