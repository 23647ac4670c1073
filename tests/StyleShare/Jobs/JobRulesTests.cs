using System.Text.Json;
using StyleShare.DeadLetters;
using StyleShare.Jobs;

namespace StyleShare.Tests.Jobs;

public sealed class JobRulesTests
{
    private static readonly JobKind Kind = JobHost.Kind() with { Tries = 3, MaxBackoff = TimeSpan.FromMinutes(1) };

    [Theory]
    [InlineData(1, 0.5, 1)]
    [InlineData(2, 0.5, 16)]
    [InlineData(2, 0, 12.8)]
    [InlineData(2, 1, 19.2)]
    [InlineData(3, 0.5, 60)]
    [InlineData(int.MaxValue, 1, 60)]
    public void The_pause_behind_a_try_is_its_fourth_power_with_jitter_and_bounded(int tries, double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JobRules.Backoff(tries, Kind.MaxBackoff, chance));

    [Fact]
    public void A_failed_try_is_repeated_until_the_last_one()
    {
        Assert.Equal(JobVerdict.Retry, JobRules.Failed(Run(1), new IOException("no"), 0.5).Verdict);
        Assert.Equal(JobVerdict.Retry, JobRules.Failed(Run(2), new IOException("no"), 0.5).Verdict);
        Assert.Equal(new JobResult(Run(3), JobVerdict.Dead, "IOException: no"), JobRules.Failed(Run(3), new IOException("no"), 0.5));
        Assert.Equal(JobVerdict.Dead, JobRules.Overdue(Run(3), 0.5).Verdict);
        Assert.Equal(JobVerdict.Dead, JobRules.CutOff(Run(3), 0.5).Verdict);
    }

    [Fact]
    public void A_handler_says_when_to_try_again_and_whether_that_counts()
    {
        var later = JobRules.Failed(Run(1), new RetryLater(TimeSpan.FromSeconds(7), "busy"), 0.5);
        Assert.Equal((JobVerdict.Retry, TimeSpan.FromSeconds(7), "busy"), (later.Verdict, later.After, later.Error));
        Assert.Equal(JobVerdict.Dead, JobRules.Failed(Run(3), new RetryLater(TimeSpan.Zero, "busy"), 0.5).Verdict);
        var uncounted = JobRules.Failed(Run(3), new RetryLater(TimeSpan.FromHours(5), "quota", countsAsTry: false), 0.5);
        Assert.Equal((JobVerdict.Postpone, Kind.MaxBackoff), (uncounted.Verdict, uncounted.After));
        Assert.Equal(TimeSpan.Zero, JobRules.Failed(Run(1), new RetryLater(TimeSpan.FromSeconds(-1), "busy"), 0.5).After);
        Assert.Equal(JobVerdict.Dead, JobRules.Failed(Run(1), new JobRefused("never"), 0.5).Verdict);
    }

    [Fact]
    public void The_first_interruption_costs_no_time_and_further_ones_more_and_more()
    {
        var run = Run(1);
        Assert.Equal(TimeSpan.Zero, JobRules.CutOff(run, 0.5).After);
        run = run with { Try = 2, Errors = JobRules.Append(null, new FailedTry(1, default, JobRules.CutOff(run, 0.5).Error!)) };
        Assert.Equal(TimeSpan.FromSeconds(1), JobRules.CutOff(run, 0.5).After);
    }

    [Fact]
    public void A_history_keeps_the_last_tries_and_no_endless_texts()
    {
        string? history = null;
        for (var i = 1; i <= 30; i++)
            history = JobRules.Append(history, new FailedTry(i, DateTimeOffset.UnixEpoch, new string('x', 5_000) + "\0"));
        var kept = JsonSerializer.Deserialize(history!, DeadLetterJson.Default.ImmutableArrayFailedTry);
        Assert.Equal(Enumerable.Range(11, 20), kept.Select(failed => failed.Try));
        Assert.All(kept, failed => Assert.Equal(1_000, failed.Error.Length));
    }

    [Fact]
    public void Only_quick_jobs_that_may_be_tried_twice_are_claimed_ahead()
    {
        Assert.Equal(0, JobRules.Ahead(Kind, donePerSecond: 5, most: 1_000));
        Assert.Equal(500, JobRules.Ahead(Kind, donePerSecond: 5_000, most: 1_000));
        Assert.Equal(1_000, JobRules.Ahead(Kind, donePerSecond: 50_000, most: 1_000));
        Assert.Equal(0, JobRules.Ahead(Kind with { Tries = 1 }, donePerSecond: 5_000, most: 1_000));
    }

    private static JobRun Run(int @try) => new(Guid.Empty, Kind, null, "{}", @try, Guid.Empty, null);
}
