using System.ComponentModel;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>How the messages of one type get into the slots of one handle. <see cref="Sender{TMessage, TSink}"/> decides when.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISink<TMessage>
{
    /// <summary>The producers' end of the handle.</summary>
    internal ProducerEnd End { get; }

    /// <summary>Whether a try runs code of the user's, a serializer: what that throws must become the task's where there is one.</summary>
    internal static abstract bool RunsUserCode { get; }

    /// <summary>Makes the line for calls that send and wait without a thread.</summary>
    internal PendingSends<TMessage> NewPendingSends();

    /// <summary>Sends one message if there is room. Wakes nobody.</summary>
    internal RingStatus TrySend(in TMessage message);

    /// <summary>
    /// As <see cref="TrySend(in TMessage)"/>, in a durable queue: notes up to where this thread has sent
    /// (<see cref="Durable.Committer.SentHere"/>).
    /// </summary>
    internal RingStatus TrySendNoted(in TMessage message);

    /// <summary>Sends as many messages as there is room for. Done: at least one was sent. Wakes nobody.</summary>
    internal RingStatus TrySend(ReadOnlySpan<TMessage> messages, out int sent);

    /// <summary>So many messages were sent: wakes those that they are for.</summary>
    internal void Sent(int count);
}
