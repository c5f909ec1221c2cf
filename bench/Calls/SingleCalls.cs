using BenchmarkDotNet.Attributes;

namespace TypedShmQueue.Bench.Calls;

/// <summary>What one call costs by itself: one thread is both ends, so no line moves between cores, and nobody waits.</summary>
[InProcess]
[MemoryDiagnoser]
public class SingleCalls
{
    private const int BatchSize = 64;

    private readonly Many[] _batch = new Many[BatchSize];
    private OneQueue _one = null!;
    private ManyQueue _many = null!;
    private ManyQueue _empty = null!;
    private ManyQueue _full = null!;
    private readonly One _oneMessage = new() { Sequence = 1 };
    private readonly Many _manyMessage = new() { Sequence = 1 };
    private readonly Duty _duty = new() { Sequence = 1 };
    private readonly Duty[] _dutyBatch = new Duty[BatchSize];
    private readonly DutyLease[] _leases = new DutyLease[BatchSize];
    private DutyQueue _duties = null!;
    private long _word;

    [GlobalSetup]
    public void Open()
    {
        _one = OneQueue.Create(ShmQueueName.NewUnique());
        _many = ManyQueue.Create(ShmQueueName.NewUnique());
        _duties = DutyQueue.Create(ShmQueueName.NewUnique());
        _empty = ManyQueue.Create(ShmQueueName.NewUnique());
        _full = ManyQueue.Create(ShmQueueName.NewUnique());
        while (_full.TryEnqueue(default(Many)))
        {
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        _one.Delete();
        _one.Dispose();
        _duties.Delete();
        _duties.Dispose();
        foreach (ManyQueue queue in (ManyQueue[])[_many, _empty, _full])
        {
            queue.Delete();
            queue.Dispose();
        }
    }

    [Benchmark(Baseline = true, Description = "lock cmpxchg")]
    public long Swap() => Interlocked.CompareExchange(ref _word, _word + 1, _word);

    [Benchmark(Description = "one/one: Enqueue + Dequeue")]
    public long One()
    {
        _one.Enqueue(_oneMessage);
        return _one.Dequeue().Sequence;
    }

    [Benchmark(Description = "acknowledged: Enqueue + Take + Acknowledge")]
    public bool Acknowledged()
    {
        _duties.Enqueue(_duty);
        return _duties.Take().Acknowledge();
    }

    [Benchmark(Description = "acknowledged: the same in batches of 64", OperationsPerInvoke = BatchSize)]
    public int AcknowledgedBatch()
    {
        _duties.Enqueue(_dutyBatch);
        int taken = _duties.Take(_leases);
        for (int i = 0; i < taken; i++) _leases[i].Acknowledge();
        return taken;
    }

    [Benchmark(Description = "many/many: Enqueue + Dequeue")]
    public long Many()
    {
        _many.Enqueue(_manyMessage);
        return _many.Dequeue().Sequence;
    }

    [Benchmark(Description = "many/many: TryClaim + Commit, TryDequeue")]
    public bool InPlace()
    {
        if (_many.TryClaim(out SlotWriter<Many> writer))
        {
            using (writer)
            {
                writer.Value.Sequence = 1;
                writer.Commit();
            }
        }

        return _many.TryDequeue(out _);
    }

    [Benchmark(Description = "many/many: batches of 64, a message", OperationsPerInvoke = BatchSize)]
    public int Batch()
    {
        _many.Enqueue(_batch);
        return _many.Dequeue(_batch.AsSpan());
    }

    [Benchmark(Description = "TryDequeue, empty")]
    public bool Empty() => _empty.TryDequeue(out _);

    [Benchmark(Description = "TryEnqueue, full")]
    public bool Full() => _full.TryEnqueue(_manyMessage);

    [Benchmark(Description = "EnqueueShift, full")]
    public bool Shift() => _full.EnqueueShift(_manyMessage);
}
