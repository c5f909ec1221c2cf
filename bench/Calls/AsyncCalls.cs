using BenchmarkDotNet.Attributes;

namespace TypedShmQueue.Bench.Calls;

/// <summary>
/// Taking a message that is there, one at a time, by a call that would block and by one that would not. All of them take what a batch has
/// just sent, so that next to nothing but the taking is in the figures.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class AsyncCalls
{
    private const int BatchSize = 64;

    private readonly Many[] _batch = new Many[BatchSize];
    private ManyQueue _queue = null!;

    [GlobalSetup]
    public void Open() => _queue = ManyQueue.Create(ShmQueueName.NewUnique());

    [GlobalCleanup]
    public void Close()
    {
        _queue.Delete();
        _queue.Dispose();
    }

    [Benchmark(Baseline = true, Description = "TryDequeue, a message waiting", OperationsPerInvoke = BatchSize)]
    public long Try()
    {
        _queue.Enqueue(_batch);
        long sum = 0;
        for (int i = 0; i < BatchSize; i++)
        {
            if (_queue.TryDequeue(out Many message)) sum += message.Sequence;
        }

        return sum;
    }

    [Benchmark(Description = "DequeueAsync, a message waiting", OperationsPerInvoke = BatchSize)]
    public long Async()
    {
        _queue.Enqueue(_batch);
        long sum = 0;
        for (int i = 0; i < BatchSize; i++)
        {
            ValueTask<Many> call = _queue.DequeueAsync();
            // It has ended already: this is not a wait.
            if (call.IsCompletedSuccessfully) sum += call.Result.Sequence;
        }

        return sum;
    }
}
