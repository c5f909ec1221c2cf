namespace TypedShmQueue.Ring;

/// <summary>Reads the message itself.</summary>
internal unsafe ref struct ValueReader<T>(ref T kept) : IMessageReader where T : unmanaged
{
    private readonly ref T _kept = ref kept;
    private T _read;

    public void Read<TMemory>(byte* message) where TMemory : struct, IMemory => _read = TMemory.Read<T>(message);

    public readonly void Keep() => _kept = _read;
}
