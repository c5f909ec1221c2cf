namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>Waiting for asynchronous calls, with a watchdog: a hang is a failure that says where.</summary>
internal static class TaskAssertions
{
    /// <summary>What the call came to.</summary>
    public static T Ended<T>(this Task<T> call)
    {
        ((Task)call).Ended();
        return call.GetAwaiter().GetResult();
    }

    /// <summary>Throws what the call threw.</summary>
    public static void Ended(this Task call)
    {
        if (!Task.WhenAny(call, Task.Delay(Worker.Patience)).GetAwaiter().GetResult().Equals(call))
            throw new TimeoutException("A call never ends.");
        call.GetAwaiter().GetResult();
    }

    public static T Ended<T>(this ValueTask<T> call) => call.AsTask().Ended();

    public static void Ended(this ValueTask call) => call.AsTask().Ended();
}
