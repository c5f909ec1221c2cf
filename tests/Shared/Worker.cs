using System.Diagnostics;
using System.Globalization;

namespace TypedShmQueue.Testing;

/// <summary>A thread of a test, with a watchdog: a hang is a failure that says where, not a run that never ends.</summary>
public sealed class Worker
{
    /// <summary>
    /// Far beyond what anything here takes; only a hang meets it. Whoever runs the tests beside other work, or on a slow machine, sets
    /// <c>TSQ_TESTS_PATIENCE</c> to more seconds.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("TSQ_TESTS_PATIENCE"), CultureInfo.InvariantCulture, out int asked) ? asked : 60);

    private readonly Thread _thread;
    private Exception? _error;

    private Worker(Action body)
    {
        _thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                _error = e;
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public bool IsRunning => _thread.IsAlive;

    public static Worker Start(Action body) => new(body);

    public static Worker[] StartMany(int count, Action<int> body) => [.. Enumerable.Range(0, count).Select(i => new Worker(() => body(i)))];

    /// <summary>Runs the body on a thread of its own and waits for it.</summary>
    public static void Run(Action body) => Start(body).Join();

    /// <summary>Waits for the end; what the body threw is thrown here.</summary>
    public void Join()
    {
        if (JoinForError() is { } error) throw new InvalidOperationException($"A thread of the test failed: {error.Message}", error);
    }

    /// <summary>Waits for the end; what the body threw, or null.</summary>
    public Exception? JoinForError()
    {
        if (!_thread.Join(Patience)) throw new TimeoutException("A thread of the test hangs.");
        return _error;
    }

    /// <summary>Looks until it holds.</summary>
    public static void WaitUntil(Func<bool> holds, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) throw new TimeoutException($"It never came to this: {what}.");
            Thread.Sleep(1);
        }
    }
}
