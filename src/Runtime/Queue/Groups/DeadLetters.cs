using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue.Groups;

/// <summary>The queue that receives what a member of a group rejects, or what was delivered too often.</summary>
internal abstract unsafe class DeadLetters(string queue, string name) : IDisposable
{
    public string Name => name;

    public abstract void Dispose();

    /// <summary>Sends a copy of a message.</summary>
    /// <param name="message">The message in its slot.</param>
    /// <param name="position">Its position, for messages to people.</param>
    /// <exception cref="ShmQueueDeadLetterException">It takes nothing.</exception>
    public void Send(byte* message, long position)
    {
        string? why;
        try
        {
            why = TrySend(message);
        }
        catch (Exception e) when (e is ShmQueueException or IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new ShmQueueDeadLetterException(queue, name, position, e.Message, e);
        }

        if (why != null) throw new ShmQueueDeadLetterException(queue, name, position, why, null);
    }

    /// <summary>Null: it was sent. Otherwise why not.</summary>
    protected abstract string? TrySend(byte* message);
}

/// <summary>A dead-letter queue by its own handle.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
/// <typeparam name="TConsumers">Who takes from it: workers, or the subscribers and groups of a broadcast queue.</typeparam>
internal sealed unsafe class DeadLetters<T, TConsumers>(string queue, string name, Func<RingCore<T, ManyProducers, TConsumers>> open)
    : DeadLetters(queue, name)
    where T : unmanaged
    where TConsumers : struct, IConsumerRole
{
    private readonly Lock _lock = new();
    private RingCore<T, ManyProducers, TConsumers> _core = open();
    private bool _disposed;

    public override void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _core.Dispose();
        }
    }

    protected override string? TrySend(byte* message)
    {
        while (true)
        {
            RingCore<T, ManyProducers, TConsumers> core;
            string? why;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                core = _core;
                why = TrySend(core, message);
            }

            // What was sent to a queue that is deleted is gone when its last handle is: it goes to the one that follows it.
            if (!core.IsDeleted)
            {
                // The queue that it is taken from has a journal of its own: were it done there before it is committed here, a power failure
                // in between would lose it. Also with CommitWithin, which is about what a caller sends.
                if (why == null) core.Session.Committer?.WaitForLimit(Committer.SentHere, Deadline.Never, CancellationToken.None);
                return why;
            }

            Steps.At("dead letter: its queue is deleted");
            Replace(core);
        }
    }

    private static string? TrySend(RingCore<T, ManyProducers, TConsumers> core, byte* message)
    {
        RingStatus status = core.TrySend(in Unsafe.AsRef<T>(message));
        while (status == RingStatus.Blocked && core.Producers.TryMakeRoom(waits: false) == RingStatus.Done)
            status = core.TrySend(in Unsafe.AsRef<T>(message));
        if (status == RingStatus.Blocked) return "it is full. Take from it, or move its messages back with 'shmq redrive'";
        if (status == RingStatus.Completed) return "it was completed. Delete it, and it is made anew";
        if (status != RingStatus.Done) core.Producers.Resolve(status);
        core.Sent(1);
        return null;
    }

    /// <summary>Opens the queue that has the name now. That takes locks of its file, so this process holds none meanwhile.</summary>
    private void Replace(RingCore<T, ManyProducers, TConsumers> deleted)
    {
        RingCore<T, ManyProducers, TConsumers> unwanted = open();
        lock (_lock)
        {
            if (!_disposed && ReferenceEquals(_core, deleted)) (_core, unwanted) = (unwanted, deleted);
        }

        unwanted.Dispose();
    }
}
