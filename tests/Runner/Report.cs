using System.Diagnostics;
using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace TypedShmQueue.Runner;

/// <summary>
/// Says what happens as it happens: a failure with its message and stack, a skip with its reason, and which tests are still running when
/// nothing has ended for long, so that a hang has a name.
/// </summary>
internal sealed class Report : LongLivedMarshalByRefObject, IMessageSink
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _complete = new();
    private readonly Dictionary<string, long> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _skips = new(StringComparer.Ordinal);
    private int _passed, _failed, _skipped;

    public IMessageSink Diagnostics { get; } = new Silent();

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case ITestStarting starting:
                    _running[starting.Test.DisplayName] = Stopwatch.GetTimestamp();
                    break;
                case ITestPassed passed:
                    _passed++;
                    End(passed);
                    break;
                case ITestSkipped skipped:
                    _skipped++;
                    _running.Remove(skipped.Test.DisplayName);
                    _skips[skipped.Reason] = _skips.GetValueOrDefault(skipped.Reason) + 1;
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    End(failed);
                    break;
                case ITestCleanupFailure failure:
                    Fail(failure.Test.DisplayName, failure);
                    break;
                case ITestClassCleanupFailure failure:
                    Fail(failure.TestClass.Class.Name, failure);
                    break;
                case ITestCollectionCleanupFailure failure:
                    Fail(failure.TestCollection.DisplayName, failure);
                    break;
                case IErrorMessage error:
                    Fail("the run", error);
                    break;
                case ITestAssemblyFinished:
                    _complete.SetResult();
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    /// <summary>Waits for the end of the run.</summary>
    public void Wait()
    {
        while (!_complete.Task.Wait(s_long))
        {
            lock (_lock)
            {
                foreach ((string test, long start) in _running)
                {
                    TimeSpan time = Stopwatch.GetElapsedTime(start);
                    if (time <= s_long) continue;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"still runs after {time.TotalSeconds:F0} s: {test}"));
                }
            }
        }
    }

    /// <summary>The last lines; the exit code.</summary>
    public int Close()
    {
        foreach ((string reason, int times) in _skips)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"skipped {times}: {reason}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_passed} passed, {_failed} failed, {_skipped} skipped"));
        return _failed == 0 && _passed > 0 ? 0 : 1;
    }

    private void End(ITestResultMessage result)
    {
        _running.Remove(result.Test.DisplayName);
        if (result.ExecutionTime >= 20)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"took {result.ExecutionTime:F0} s: {result.Test.DisplayName}"));
    }

    private void Fail(string test, IFailureInformation failure)
    {
        _failed++;
        Console.WriteLine($"FAILED {test}");
        for (int i = 0; i < failure.Messages.Length; i++)
        {
            Console.WriteLine($"{failure.ExceptionTypes[i]}: {failure.Messages[i]}");
            Console.WriteLine(failure.StackTraces[i]);
        }
    }

    private sealed class Silent : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => true;
    }
}
