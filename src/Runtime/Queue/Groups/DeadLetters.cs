using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Groups;

/// <summary>The queue that receives what a member of a group rejects, or what was delivered too often.</summary>
internal abstract class DeadLetters(string queue, string name) : IDisposable
{
    public string Name => name;

    public abstract void Dispose();

    /// <summary>Sends a copy of a message that the caller still has. Waits for nobody.</summary>
    /// <param name="message">The message in its slot.</param>
    /// <param name="position">Its position, for messages to people.</param>
    /// <param name="committed">
    /// Ends when the disk has it; at once if the queue is not durable. It may wait for producers of the dead-letter queue.
    /// </param>
    /// <returns>False: others took the message back meanwhile, and nothing was sent.</returns>
    /// <exception cref="ShmQueueDeadLetterException">It takes nothing.</exception>
    public bool Send(in HeldMessage message, long position, out ValueTask committed)
    {
        string? why;
        bool isSent;
        try
        {
            why = TrySend(in message, out isSent, out committed);
        }
        catch (Exception e) when (e is ShmQueueException or IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new ShmQueueDeadLetterException(queue, name, position, e.Message, e);
        }

        return why == null ? isSent : throw new ShmQueueDeadLetterException(queue, name, position, why, null);
    }

    /// <summary>Null: it was sent, or is others' by now. Otherwise why not.</summary>
    protected abstract string? TrySend(in HeldMessage message, out bool isSent, out ValueTask committed);
}

/// <summary>A dead-letter queue by its own handle.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
/// <typeparam name="TConsumers">Who takes from it: workers, or the subscribers and groups of a broadcast queue.</typeparam>
internal sealed class DeadLetters<T, TConsumers>(string queue, string name, Func<RingCore<T, ManyProducers, TConsumers>> open)
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

    protected override string? TrySend(in HeldMessage message, out bool isSent, out ValueTask committed)
    {
        committed = default;
        while (true)
        {
            RingCore<T, ManyProducers, TConsumers> core;
            string? why;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                core = _core;
                why = TrySend(core, in message, out isSent);
            }

            // What was sent to a queue that is deleted is gone when its last handle is: it goes to the one that follows it.
            if (!core.IsDeleted)
            {
                // The queue that it is taken from has a journal of its own: were it done there before it is committed here, a power failure
                // in between would lose it. Also with CommitWithin, which is about what a caller sends.
                if (isSent && core.Session.Committer is { } committer)
                    committed = committer.WaitForLimitAsync(Committer.SentHere, CancellationToken.None);
                return why;
            }

            Steps.At("dead letter: its queue is deleted");
            Replace(core);
        }
    }

    private static string? TrySend(RingCore<T, ManyProducers, TConsumers> core, in HeldMessage message, out bool isSent)
    {
        RingStatus status = core.TrySendCopy(in message, out isSent);
        while (status == RingStatus.Blocked && core.Producers.TryMakeRoom(waits: false) == RingStatus.Done)
            status = core.TrySendCopy(in message, out isSent);
        if (status == RingStatus.Blocked) return "it is full. Take from it, or move its messages back with 'shmq redrive'";
        if (status == RingStatus.Completed) return "it was completed. Delete it, and it is made anew";
        if (status != RingStatus.Done) core.Producers.Resolve(status);
        core.Sent(1); // also after a claim that was given up: those behind it can be taken now
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
