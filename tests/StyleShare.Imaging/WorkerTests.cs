using System.Diagnostics;
using System.Globalization;

namespace StyleShare.Imaging.Tests;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_worker_renders_what_this_process_would()
    {
        var file = Pictures.Jpeg(2000, 1500);
        using var pool = Pool.Create();
        List<int> percents = [];
        var rendered = Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(file, new OnProgress(percents.Add)));
        var expected = Render.Accepted(file);
        Assert.Equal(expected.Picture, rendered.Picture);
        Assert.Equal(
            expected.Renditions.Select(r => (r.Name, r.ContentType, r.Width, r.Height, Convert.ToHexString(r.Bytes.Span))),
            rendered.Renditions.Select(r => (r.Name, r.ContentType, r.Width, r.Height, Convert.ToHexString(r.Bytes.Span))));
        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100, percents[^1]);
    }

    [Fact]
    public async Task Pictures_are_rendered_side_by_side_and_the_rest_waits()
    {
        using var pool = Pool.Create(options => options.Workers = 2);
        var files = Enumerable.Range(1, 12).Select(i => Pictures.Jpeg(100 + i, 80)).ToArray();
        var results = await Task.WhenAll(files.Select(file => pool.Workers.Render(file)));
        Assert.Equal(Enumerable.Range(101, 12), results.Select(result => Assert.IsType<RenderResult.Rendered>(result).Picture.Width));
        Assert.InRange(pool.Processes().Count, 1, 2);
    }

    [Fact]
    public async Task A_picture_is_refused_when_too_many_wait()
    {
        // A worker that never says a word, so that one picture is at its start and one waits.
        using var pool = Pool.Create(options => options.MaxWaiting = 1, "sleep", "600");
        var file = Pictures.Jpeg(100, 80);
        using var cancellation = new CancellationTokenSource();
        Task[] waiting = [pool.Workers.Render(file, null, cancellation.Token), pool.Workers.Render(file, null, cancellation.Token)];
        // Both are counted before Render returns its task.
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(file));
        Assert.True(failed.IsUnavailable);
        await cancellation.CancelAsync();
        foreach (var task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task A_worker_killed_in_the_middle_fails_its_picture_and_the_next_one_gets_another()
    {
        using var pool = Pool.Create();
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var first = Assert.Single(pool.Processes());
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(
            Samples.SlowJpeg(), AtFirst(() => Kill(first))));
        Assert.False(failed.IsLimit);
        Assert.False(failed.IsUnavailable);
        await Pool.Gone(first);
        Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Pictures.Jpeg(64, 48)));
        Assert.NotEqual(first, Assert.Single(pool.Processes()));
    }

    [Fact]
    public async Task A_worker_killed_while_it_has_nothing_to_do_is_not_asked()
    {
        using var pool = Pool.Create();
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var first = Assert.Single(pool.Processes());
        Kill(first);
        await Pool.Noticed(first);
        Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Pictures.Jpeg(64, 48)));
        Assert.NotEqual(first, Assert.Single(pool.Processes()));
    }

    [Fact]
    public async Task A_worker_that_takes_too_long_is_ended()
    {
        using var pool = Pool.Create(options => options.TimeLimit = TimeSpan.FromMilliseconds(1));
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(Samples.SlowJpeg()));
        Assert.True(failed.IsLimit);
        Assert.Empty(pool.Processes());
    }

    [Fact]
    public async Task Who_stops_waiting_ends_the_worker()
    {
        using var pool = Pool.Create();
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var worker = Assert.Single(pool.Processes());
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.Workers.Render(
            Samples.SlowJpeg(), AtFirst(cancellation.Cancel), cancellation.Token));
        await Pool.Gone(worker);
        Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Pictures.Jpeg(64, 48)));
    }

    [Fact]
    public async Task A_picture_that_needs_more_memory_than_a_worker_has_fails_alone()
    {
        const long limit = 256L * 1024 * 1024;
        using var pool = Pool.Create(options => (options.MemoryLimitBytes, options.MaxPixels) = (limit, 200_000_000));
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var worker = Assert.Single(pool.Processes());
        var highest = 0L;
        using var over = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (Pool.Memory(worker, "VmHWM") is { } kilobytes && !over.IsCancellationRequested)
            {
                highest = Math.Max(highest, kilobytes);
                await Task.Delay(1);
            }
        });
        // All coefficients of a progressive JPEG are kept until its last scan: 120 megapixels take 360 MB.
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(Samples.ProgressiveJpeg(12_000, 10_000)));
        await over.CancelAsync();
        await watch;
        Assert.True(failed.IsLimit, failed.Message);
        // Its private memory is within the limit; libraries and files that are mapped come on top.
        Assert.InRange(highest, 1, (limit / 1024) + (128 * 1024));
        Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Pictures.Jpeg(64, 48)));
    }

    [Theory]
    [InlineData("head -c 10 /dev/zero; cat > /dev/null")]
    [InlineData(@"printf '\001\001\000\000\000\001'; head -c 100 > /dev/null; printf '\003\004\000\000\000abcd'; cat > /dev/null")]
    [InlineData(@"printf '\001\001\000\000\000\001'; head -c 100 > /dev/null; printf '\003\377\377\377\177'; cat > /dev/null")]
    [InlineData(@"printf '\001\001\000\000\000\001'; head -c 100 > /dev/null; printf '\004\001\000\000\000\011'; cat > /dev/null")]
    [InlineData("exit 3")]
    public async Task A_worker_that_answers_nonsense_is_not_believed(string script)
    {
        using var pool = Pool.Create(null, "sh", "-c", script);
        await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(Pictures.Jpeg(64, 48)));
        Assert.Empty(pool.Processes());
    }

    [Fact]
    public async Task Without_a_program_for_it_no_picture_is_blamed()
    {
        using var pool = Pool.Create(null, "/no/such/program");
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(Pictures.Jpeg(64, 48)));
        Assert.True(failed.IsUnavailable);
    }

    [Fact]
    public async Task A_worker_is_replaced_when_it_is_old()
    {
        using var pool = Pool.Create(options => options.PicturesPerWorker = 2);
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var first = Assert.Single(pool.Processes());
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        Assert.Empty(pool.Processes());
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        Assert.NotEqual(first, Assert.Single(pool.Processes()));
        await Pool.Gone(first);
    }

    [Fact]
    public async Task A_worker_that_has_nothing_to_do_is_ended_and_another_started_when_there_is()
    {
        using var pool = Pool.Create(options => options.UnusedFor = TimeSpan.FromMilliseconds(50));
        await pool.Workers.StartAsync(CancellationToken.None);
        for (var round = 0; round < 2; round++)
        {
            Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Pictures.Jpeg(64, 48)));
            await Pool.Until(() => pool.Processes().Count == 0, "The worker is kept.");
        }
    }

    [Fact]
    public async Task The_stop_ends_the_workers_and_the_picture_under_way()
    {
        using var pool = Pool.Create(options => options.Workers = 2);
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var idle = Assert.Single(pool.Processes());
        var failed = await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(
            Samples.SlowJpeg(), AtFirst(() => pool.Workers.StopAsync(CancellationToken.None).GetAwaiter().GetResult())));
        Assert.True(failed.IsUnavailable);
        await Pool.Gone(idle);
        Assert.Empty(pool.Processes());
        await Assert.ThrowsAsync<ImageWorkerFailed>(() => pool.Workers.Render(Pictures.Jpeg(64, 48)));
    }

    [Fact]
    public async Task Workers_end_with_a_silo_that_is_killed()
    {
        var start = new ProcessStartInfo(Pool.Program, [Parent.Argument]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var parent = Process.Start(start)!;
        try
        {
            var line = await parent.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
            var worker = int.Parse(line!, CultureInfo.InvariantCulture);
            Assert.NotNull(Pool.Memory(worker, "VmRSS"));
            parent.Kill();
            await Pool.Gone(worker);
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public async Task A_worker_knows_nothing_of_the_silos_environment()
    {
        Environment.SetEnvironmentVariable("STYLESHARE_SECRET", "a secret");
        using var pool = Pool.Create();
        await pool.Workers.Render(Pictures.Jpeg(64, 48));
        var environment = await File.ReadAllTextAsync($"/proc/{Assert.Single(pool.Processes())}/environ");
        Assert.Contains("PATH=", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("STYLESHARE_SECRET", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_picture_costs_no_worker()
    {
        using var pool = Pool.Create(options => options.MaxBytes = 5_000, "/no/such/program");
        Assert.Equal(new RenderResult.Rejected(RejectReason.NotAnImage), await pool.Workers.Render("<html></html>"u8.ToArray()));
        Assert.Equal(new RenderResult.Rejected(RejectReason.TooLarge), await pool.Workers.Render(new byte[5_001]));
    }

    private static void Kill(int process)
    {
        using var killed = Process.GetProcessById(process);
        killed.Kill();
    }

    // Does this at the first sign of progress. Until it has been done nothing more is read from the worker, whose answer is
    // longer than its pipe, so that it cannot be through before.
    private static OnProgress AtFirst(Action action)
    {
        var isDone = 0;
        return new OnProgress(_ =>
        {
            if (Interlocked.Exchange(ref isDone, 1) == 0)
                action();
        });
    }

    // The runtime's own Progress<T> tells later, on another thread.
    private sealed class OnProgress(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }
}
