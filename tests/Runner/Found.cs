using Xunit;
using Xunit.Abstractions;

namespace TypedShmQueue.Runner;

/// <summary>The tests that an assembly holds.</summary>
internal sealed class Found : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly ManualResetEventSlim _complete = new();

    public List<ITestCase> Cases { get; } = [];

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage one) Cases.Add(one.TestCase);
        else if (message is IDiscoveryCompleteMessage) _complete.Set();
        return true;
    }

    public void Wait() => _complete.Wait();

    public void Dispose() => _complete.Dispose();
}
