namespace TypedShmQueue.Ring;

/// <summary>Reads nothing: for who only wants a message gone.</summary>
internal readonly struct NoReader : IMessageReader
{
    public unsafe void Read<TMemory>(byte* message) where TMemory : struct, IMemory
    {
    }

    public void Keep()
    {
    }
}
