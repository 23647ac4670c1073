using StyleShare.Imaging;
using StyleShare.Imaging.Tests;
using Xunit.Runner.InProc.SystemConsole;

// Three programs in one: a worker, a silo as far as a worker sees one, and the tests.
return args switch
{
    _ when ImageWorker.IsAskedFor(args) => ImageWorker.Run(args),
    [Parent.Argument, ..] => await Parent.Run(),
    _ => await ConsoleRunner.Run(args),
};
