namespace TypedShmQueue.Hosting.Tests.Support;

internal static class TaskAssertions
{
    /// <summary>Waits for the end, under the watchdog; what it failed with is thrown.</summary>
    public static void Ended(this Task task)
    {
        bool ended = Task.WaitAny([task], Worker.Patience) == 0;
        if (!ended) throw new TimeoutException("A task of the test hangs.");
        task.GetAwaiter().GetResult();
    }

    /// <summary>The same, of a task that has a result.</summary>
    public static T Ended<T>(this Task<T> task)
    {
        ((Task)task).Ended();
        return task.Result;
    }
}
