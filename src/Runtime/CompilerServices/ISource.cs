using System.ComponentModel;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// How the messages of one type get out of the slots of a queue or a subscription. <see cref="Taker{TMessage, TSource}"/> decides when.
/// </summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISource<TMessage>
{
    /// <summary>The consumers' end of the handle, or the subscription's.</summary>
    internal ConsumerEnd End { get; }

    /// <summary>Whether a stream has run for so long that it may pay to let messages gather before one is taken.</summary>
    internal bool IsGatheringDue { get; }

    /// <summary>Whether a try runs code of the user's, a serializer: what that throws must become the task's where there is one.</summary>
    internal static abstract bool RunsUserCode { get; }

    /// <summary>Makes the line for calls that take and wait without a thread.</summary>
    internal PendingTakes<TMessage> NewPendingTakes();

    /// <summary>Takes the next message if there is one. Wakes nobody.</summary>
    internal RingStatus TryTake(out TMessage message);

    /// <summary>Takes as many messages as are there and fit. Done: at least one was taken. Wakes nobody.</summary>
    internal RingStatus TryTake(Span<TMessage> destination, out int taken);

    /// <summary>
    /// Takes more messages for a batch that has some already. Whatever is wrong with the next one, the caller keeps those that it has:
    /// nothing is thrown here, and nothing is asked of the system that could fail. Wakes nobody.
    /// </summary>
    internal int TakeMore(Span<TMessage> destination);

    /// <summary>Whether there is a next message. Reads nothing of it.</summary>
    internal RingStatus Find();

    /// <summary>Reads the next message without taking it.</summary>
    internal RingStatus TryPeek(out TMessage message);

    /// <summary>So many messages were taken: wakes producers.</summary>
    internal void Took(int count);
}
