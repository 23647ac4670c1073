using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace StyleShare.Benchmarks.Http;

/// <summary>How long each of many requests took; for what must be asked once each, which wrk cannot.</summary>
internal sealed class Latencies
{
    private readonly TimeSpan[] _sorted;

    private Latencies(IEnumerable<TimeSpan> taken) => _sorted = [.. taken.Order()];

    public TimeSpan P50 => _sorted[_sorted.Length / 2];

    public TimeSpan P99 => _sorted[_sorted.Length * 99 / 100];

    public TimeSpan Mean => TimeSpan.FromTicks((long)_sorted.Average(time => time.Ticks));

    /// <summary>Sends so many requests, so many at a time; each must be answered well.</summary>
    public static async Task<Latencies> Measure(
        HttpClient http, int callers, int count, Func<int, (HttpMethod Method, string Path, string Token, string? Body)> make)
    {
        var taken = new ConcurrentBag<TimeSpan>();
        await callers.At(count, async i =>
        {
            var (method, path, token, body) = make(i);
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            var start = Stopwatch.GetTimestamp();
            using var response = await http.SendAsync(request);
            taken.Add(Stopwatch.GetElapsedTime(start));
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        });
        return new Latencies(taken);
    }
}
