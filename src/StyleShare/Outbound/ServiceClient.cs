using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace StyleShare.Outbound;

/// <summary>Asks one service of others: in limits of time, number and size, and not at all while it fails all the time.</summary>
/// <remarks>
/// Only connections that did not come to be are tried again here, for nothing was asked yet. Whatever else goes wrong is the
/// caller's to repeat, who can wait for longer than anybody holds a request in memory.
/// </remarks>
internal sealed class ServiceClient : IDisposable
{
    private readonly IHttpClientFactory _clients;
    private readonly string _name;
    private readonly ServiceLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline<ServiceAnswer>[] _pipelines;
    private readonly ConcurrencyLimiter _concurrency;
    private readonly TokenBucketRateLimiter _rate;

    /// <summary>Creates a client.</summary>
    /// <param name="clients">Makes the HTTP clients.</param>
    /// <param name="name">Which of them.</param>
    /// <param name="limits">How far it may go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="breakers">How many parts of the service, such as hosts, are given up on their own.</param>
    public ServiceClient(IHttpClientFactory clients, string name, ServiceLimits limits, TimeProvider clock, int breakers = 1)
    {
        _clients = clients;
        _name = name;
        _limits = limits;
        _clock = clock;
        _pipelines = new ResiliencePipeline<ServiceAnswer>[breakers];
        for (var i = 0; i < breakers; i++)
            _pipelines[i] = Pipeline(limits, clock);
        _concurrency = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.Concurrency,
            QueueLimit = limits.Waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        // A tenth of a second's share ten times a second: no bursts, which services answer with 429.
        _rate = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.PerSecond,
            TokensPerPeriod = Math.Max(1, limits.PerSecond / 10),
            ReplenishmentPeriod = limits.PerSecond >= 10 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1) / limits.PerSecond,
            QueueLimit = limits.Waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Asks.</summary>
    /// <param name="request">Makes the request; a new one for each attempt.</param>
    /// <param name="part">Which part of the service, if it has several.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ServiceBusyException">It is not to be asked now.</exception>
    /// <exception cref="HttpRequestException">It was not reached, or the connection broke.</exception>
    /// <exception cref="TimeoutRejectedException">It took too long.</exception>
    public async Task<ServiceAnswer> Send(Func<HttpRequestMessage> request, string part, CancellationToken cancellation)
    {
        using var place = await _concurrency.AcquireAsync(1, cancellation);
        using var turn = place.IsAcquired ? await _rate.AcquireAsync(1, cancellation) : place;
        if (!turn.IsAcquired)
            throw new ServiceBusyException(Spread(TimeSpan.FromSeconds(1)), $"More is to be sent to {_name} than it takes.");
        var pipeline = _pipelines[(uint)part.GetHashCode(StringComparison.Ordinal) % (uint)_pipelines.Length];
        try
        {
            return await pipeline.ExecuteAsync(
                static async (state, ct) => await state.Client.Exchange(state.Request, ct), (Client: this, Request: request), cancellation);
        }
        catch (BrokenCircuitException e)
        {
            throw new ServiceBusyException(Spread(e.RetryAfter ?? _limits.FirstBreak), $"{_name} fails, and is left alone for a while.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _concurrency.Dispose();
        _rate.Dispose();
    }

    private async ValueTask<ServiceAnswer> Exchange(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        using var client = _clients.CreateClient(_name);
        using var request = make();
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return await ServiceAnswer.Read(response, _clock, cancellation);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            // The connect time-out looks as if somebody had cancelled.
            throw new HttpRequestException($"No connection to {_name} in time.", e);
        }
    }

    private static ResiliencePipeline<ServiceAnswer> Pipeline(ServiceLimits limits, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder<ServiceAnswer> { TimeProvider = clock };
        if (limits.ConnectRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<ServiceAnswer>
            {
                ShouldHandle = static args => new(args.Outcome.Exception is HttpRequestException e && NothingWasAsked(e)),
                MaxRetryAttempts = limits.ConnectRetries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ServiceAnswer>
            {
                ShouldHandle = static args => new(args.Outcome.Result is { IsServerError: true }
                    || args.Outcome.Exception is HttpRequestException or TimeoutRejectedException or IOException),
                FailureRatio = 0.5,
                MinimumThroughput = limits.BreakAfter,
                SamplingDuration = limits.BreakWindow,
                BreakDurationGenerator = args => new(BreakFor(limits, args.HalfOpenAttempts)),
            })
            .AddTimeout(limits.Timeout)
            .Build();
    }

    // Silos that gave a service up at the same moment are not to come back at the same moment.
    private static TimeSpan BreakFor(ServiceLimits limits, int probes)
    {
        var wait = limits.FirstBreak * Math.Pow(2, Math.Min(probes, 20));
        return (wait < limits.LongestBreak ? wait : limits.LongestBreak) * (0.75 + (Random.Shared.NextDouble() / 2));
    }

    // By half more and some seconds: thousands of messages may wait for the same moment.
    private static TimeSpan Spread(TimeSpan wait) =>
        wait + (wait * (Random.Shared.NextDouble() / 2)) + TimeSpan.FromSeconds(3 * Random.Shared.NextDouble());

    private static bool NothingWasAsked(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        && e.InnerException is not AddressRefusedException;
}
