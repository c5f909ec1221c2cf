using System.Buffers;

namespace TypedShmQueue.Journal;

/// <summary>
/// Where the writer of a journal gets messages from: a ring, which others use at the same time. For each block, the writer reads
/// <see cref="IsCompleted"/>, <see cref="Head"/> and <see cref="Limit"/> in this order, copies the messages, asks for the side state, and
/// reads <see cref="Head"/> again. So a position that is finished is in the side state, or the recorded head is behind it.
/// </summary>
internal interface IJournalSource
{
    /// <summary>The oldest position that is still wanted. It never falls.</summary>
    long Head { get; }

    /// <summary>
    /// The end of what can be committed: each position below it holds a message, held one, or will never hold one. It never falls.
    /// </summary>
    long Limit { get; }

    /// <summary>Whether no position will follow the <see cref="Limit"/> that is read after this.</summary>
    bool IsCompleted { get; }

    /// <summary>Copies the message at a position, from <see cref="Head"/> on and below <see cref="Limit"/>.</summary>
    /// <param name="position">Which.</param>
    /// <param name="into">At least as long as the largest message. May be written to even if there is no message.</param>
    /// <param name="length">The bytes of the message.</param>
    /// <returns>
    /// False if there is no message: it was never published, was taken, or was overwritten. What is overwritten during the copy counts as
    /// overwritten, so the answer is given after the copy.
    /// </returns>
    bool TryCopy(long position, Span<byte> into, out int length);

    /// <summary>
    /// Writes everything else that must survive, whole, at most <see cref="JournalHeader.MaxSideBytes"/> long: cursors and groups. The
    /// journal does not look into it.
    /// </summary>
    void WriteSideState(IBufferWriter<byte> into);
}

/// <summary>Who gets the messages of a recovered journal, by position, in order.</summary>
internal interface IJournalTarget
{
    /// <summary>The message at a position. The bytes are valid until the call returns.</summary>
    void Message(long position, ReadOnlySpan<byte> bytes);

    /// <summary>No message is at any of these positions.</summary>
    void Absent(long first, long end);
}
