using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Jobs;

/// <summary>Leads from the jobs of a kind to what does them.</summary>
internal abstract class JobRoute(JobKind kind)
{
    public JobKind Kind { get; } = kind;

    public abstract Task Run(JobContext context, string payload, CancellationToken cancellation);
}

internal sealed class JobRoute<TPayload, THandler>(JobKind<TPayload> kind, IServiceProvider services) : JobRoute(kind)
    where THandler : class, IJobHandler<TPayload>
{
    // Made at the first job, for handlers may need what is not there yet while the silo starts.
    private readonly Lazy<THandler> _handler = new(services.GetRequiredService<THandler>);

    public override Task Run(JobContext context, string payload, CancellationToken cancellation)
    {
        TPayload read;
        try
        {
            read = JsonSerializer.Deserialize(payload, kind.Type)!;
        }
        catch (JsonException e)
        {
            throw new JobRefused($"The payload cannot be read: {e.Message}");
        }

        return _handler.Value.Run(context, read, cancellation);
    }
}
