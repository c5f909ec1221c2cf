using System.Collections.Concurrent;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>A thread that never ends: children that are to end with their parent end with the thread that started them.</summary>
internal static class Launcher
{
    private static readonly BlockingCollection<(Action Body, TaskCompletionSource Done)> s_work = [];

    static Launcher() => new Thread(static () =>
    {
        foreach ((Action body, TaskCompletionSource done) in s_work.GetConsumingEnumerable())
        {
            try
            {
                body();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    })
    { IsBackground = true, Name = "launcher" }.Start();

    public static void Run(Action body)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add((body, done));
        done.Task.GetAwaiter().GetResult();
    }
}
