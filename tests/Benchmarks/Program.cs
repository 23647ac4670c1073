using StyleShare.Benchmarks.Engine;

// One benchmark a name; each prints what it measured and needs nothing but this machine.
switch (args.FirstOrDefault())
{
    case "engine":
        await EngineBenchmark.RunAsync(args.Skip(1).ToArray());
        return 0;
    default:
        Console.Error.WriteLine("usage: StyleShare.Benchmarks engine [runs] [seconds]");
        return 1;
}
