using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>Slots whose messages can be read where they are: those of a queue with one consumer, or of a subscription.</summary>
/// <typeparam name="T">The message.</typeparam>
internal interface IReadableSlots<T>
    where T : unmanaged
{
    /// <summary>Whose calls find messages here.</summary>
    ConsumerEnd Reader { get; }

    /// <summary>Finds the next messages, and takes nothing.</summary>
    RingStatus TryFind(int most, out SlotReader<T> reader);

    /// <summary>Takes messages that were found. False: they were overwritten while they were read.</summary>
    bool Release(long first, int count);
}

/// <summary>Every way to read in place, written once.</summary>
internal static class SlotReading
{
    /// <summary>Finds messages if there are some.</summary>
    public static bool TryRead<T>(IReadableSlots<T> slots, out SlotReader<T> reader, int most)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        while (true)
        {
            RingStatus status = slots.TryFind(most, out reader);
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return status == RingStatus.Done;
            slots.Reader.Resolve(status);
        }
    }

    /// <summary>Finds messages; waits for the first of them until the timeout.</summary>
    public static bool TryRead<T>(IReadableSlots<T> slots, out SlotReader<T> reader, TimeSpan timeout, int most)
        where T : unmanaged
    {
        Deadline deadline = Deadline.After(timeout);
        return TryRead(slots, out reader, most)
            || Wait(slots, out reader, most, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <summary>Finds messages; waits for the first of them.</summary>
    public static void Read<T>(IReadableSlots<T> slots, out SlotReader<T> reader, int most, CancellationToken cancellationToken)
        where T : unmanaged
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryRead(slots, out reader, most))
            _ = Wait(slots, out reader, most, Deadline.Never, completedIsFalse: false, cancellationToken);
    }

    private static bool Wait<T>(IReadableSlots<T> slots, out SlotReader<T> reader, int most, Deadline deadline, bool completedIsFalse,
        CancellationToken cancellationToken)
        where T : unmanaged
    {
        FindCall<T> call = new(slots, most);
        bool found = WaitLoop.Run(slots.Reader, ref call, passesOver: false, deadline, completedIsFalse, cancellationToken);
        reader = call.Found;
        return found;
    }

    /// <summary>Nobody waits for what this does: producers are woken by the release.</summary>
    private ref struct FindCall<T>(IReadableSlots<T> slots, int most) : IWaitingCall
        where T : unmanaged
    {
        public SlotReader<T> Found;

        public RingStatus Try() => slots.TryFind(most, out Found);
    }
}
