namespace TypedShmQueue.Ring;

/// <summary>
/// Reads the message itself, straight to where it is wanted: a large one has no room on the stack. Until <see cref="IsKept"/> is true, the
/// bytes there may be torn, and the caller clears them. What was kept is not read over.
/// </summary>
internal unsafe ref struct ValueReader<T>(ref T message) : IMessageReader where T : unmanaged
{
    private readonly ref T _message = ref message;

    /// <summary>Whether a whole message is there.</summary>
    public bool IsKept { get; private set; }

    public readonly void Read<TMemory>(byte* message) where TMemory : struct, IMemory
    {
        if (!IsKept) TMemory.Read(message, out _message);
    }

    public void Keep() => IsKept = true;
}
