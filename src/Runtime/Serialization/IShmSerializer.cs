using System.Buffers;

namespace TypedShmQueue;

/// <summary>Turns messages into bytes and back; named in <see cref="ShmQueueAttribute.Serializer"/>.</summary>
/// <remarks>
/// All members are static: the emitted queue is compiled against them, and nothing is looked up at run time. They may be called from any
/// thread, and by several at a time.
/// </remarks>
/// <typeparam name="T">The message: a class, a record or a struct.</typeparam>
public interface IShmSerializer<T>
{
    /// <summary>Writes a message into the slot that was claimed for it, or into a buffer that is copied there.</summary>
    /// <param name="message">The message; never null.</param>
    /// <param name="destination">
    /// The slot, or a buffer of the thread's (mostly, where slots hold at most 1,024 bytes). Neither it nor its memory may be used after
    /// the call, nor on another thread.
    /// </param>
    /// <remarks>
    /// Consumers cannot pass a slot meanwhile, so do nothing else here. If it throws, nothing is sent, the exception reaches whoever
    /// enqueues, and consumers pass the slot.
    /// </remarks>
    /// <exception cref="ShmQueueMessageTooLargeException">The destination throws it when more is written than a slot holds; let it
    /// pass.</exception>
    static abstract void Serialize(in T message, IBufferWriter<byte> destination);

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">What <see cref="Serialize"/> wrote: a private copy, valid during the call only.</param>
    /// <returns>The message; not null.</returns>
    /// <remarks>
    /// The message has been taken from the queue by now: if this throws, it is lost, and the exception reaches whoever dequeues. Not so
    /// in a batch that has messages already: it ends before this one, which the next call takes. What is peeked at, and the further
    /// messages of a batch, may turn out to be another consumer's, so a message may be read more often than it is taken. Any process that
    /// may write the queue's file may have written the bytes.
    /// </remarks>
    static abstract T Deserialize(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Says how many bytes <see cref="Serialize"/> will write, if that can be known cheaply: a message that is too large is refused then
    /// before a slot is claimed. Without it, it is refused when the slot is full, and consumers have one slot to pass.
    /// </summary>
    /// <param name="message">The message; never null.</param>
    /// <param name="bytes">How many bytes at least.</param>
    /// <returns>Whether it is known; false unless implemented.</returns>
    static virtual bool TryGetSize(in T message, out int bytes)
    {
        bytes = 0;
        return false;
    }
}
