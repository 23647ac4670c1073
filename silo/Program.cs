using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare;
using StyleShare.Imaging;
using StyleShare.Silo;

// The silo starts itself again to decode pictures, in processes that may die; they load nothing of the rest.
if (ImageWorker.IsAskedFor(args))
    return ImageWorker.Run(args);
if (HealthCommand.IsAskedFor(args))
    return await HealthCommand.Run();
return await Guard(() => OperatorCommand.IsAskedFor(args) ? OperatorCommand.Run(args) : Serve(args));

// Every way in which a start can fail by its surroundings ends in one clear line and a non-zero exit.
static async Task<int> Guard(Func<Task<int>> run)
{
    try
    {
        return await run();
    }
    catch (OptionsValidationException e)
    {
        return Fail(string.Join(Environment.NewLine, e.Failures));
    }
    catch (Refusal e)
    {
        return Fail(e.Message);
    }
    catch (OperationCanceledException)
    {
        return Fail("cancelled");
    }
    catch (NpgsqlException e)
    {
        return Fail($"The database cannot be used: {e.Message}");
    }
    catch (Exception e) when (e is InvalidOperationException or IOException or FormatException)
    {
        return Fail(e.ToString());
    }
}

static async Task<int> Serve(string[] args)
{
    var app = SiloHost.Build(args);
    await using (app)
    {
        await SiloHost.StartAsync(app);
        await app.WaitForShutdownAsync();
    }

    // What ended the silo may have said that this was no good end.
    return Environment.ExitCode;
}

static int Fail(string why)
{
    Console.Error.WriteLine($"styleshare: {why}");
    return 1;
}
