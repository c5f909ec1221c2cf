namespace TypedShmQueue.Ring;

/// <summary>
/// What is done with a message's bytes when one is taken, looked at or displaced. They are read before anybody knows whether they are whole
/// and ours, so a reader keeps what it read only when it is told to.
/// </summary>
internal unsafe interface IMessageReader
{
    /// <summary>
    /// Copies what is wanted; the bytes may be torn, or anything. May be called again without <see cref="Keep"/> in between.
    /// </summary>
    void Read<TMemory>(byte* message) where TMemory : struct, IMemory;

    /// <summary>What was read last is whole.</summary>
    void Keep();
}
