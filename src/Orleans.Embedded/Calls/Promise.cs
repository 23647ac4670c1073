using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>
/// Makes and completes tasks as <see cref="TaskCompletionSource{TResult}"/> does, without the object around them: a request
/// is its own completion source. Callers' continuations never run inside the completing turn.
/// </summary>
internal static class Promise<T>
{
    public static Task<T> Create() => Create(null, TaskCreationOptions.RunContinuationsAsynchronously);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern bool TrySetResult(Task<T> task, T? result);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern Task<T> Create(object? state, TaskCreationOptions options);
}

/// <summary>The other ways to complete one.</summary>
internal static class Promise
{
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern bool TrySetException(Task task, object exception);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern bool TrySetCanceled(Task task, CancellationToken token);
}
