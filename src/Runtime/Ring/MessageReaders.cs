using System.Buffers;

namespace TypedShmQueue.Ring;

/// <summary>
/// What is done with a message's bytes when one is taken, looked at or displaced. They are read before anybody knows whether they are whole
/// and ours, so a reader keeps what it read only when the ring calls Keep.
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

/// <summary>Reads nothing: for a caller that discards the message.</summary>
internal readonly struct NoReader : IMessageReader
{
    public unsafe void Read<TMemory>(byte* message) where TMemory : struct, IMemory
    {
    }

    public void Keep()
    {
    }
}

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

/// <summary>
/// Reads a serialized message: its length, and as many bytes into a rented array. Mutable; <see cref="Return"/> ends it.
/// </summary>
/// <remarks>
/// Why a copy: what stands in the slot is ours only once head was moved past it, and then it may be overwritten. So nobody but a sole
/// consumer could deserialize in place, and only as long as nobody displaces.
/// </remarks>
/// <param name="maxBytes">The most that a slot holds: a length beyond it was never written by a queue, and is not followed.</param>
internal unsafe struct BytesReader(int maxBytes) : IMessageReader
{
    /// <summary>Not a size of the pool's: an array of this length is a thread's own.</summary>
    private const int SmallLength = 1000;

    [ThreadStatic]
    private static byte[]? t_small;

    private byte[] _read = [];
    private byte[] _kept = [];
    private int _readLength;
    private int _keptLength;

    /// <summary>Whether the message's length is one that a queue writes.</summary>
    public readonly bool IsWhole => _keptLength >= 0;

    /// <summary>The message. Precondition: <see cref="IsWhole"/>.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _kept.AsSpan(0, _keptLength);

    public void Read<TMemory>(byte* message) where TMemory : struct, IMemory
    {
        // Read once: what is checked is what is used, whoever writes meanwhile.
        TMemory.Read(message, out int length);
        _readLength = length >= 0 && length <= maxBytes ? length : -1;
        if (_readLength <= 0) return;
        if (_read.Length < length)
        {
            GiveBack(ref _read);
            Steps.CanThrow("reader: rent");
            _read = Rent(length);
        }

        TMemory.Read(message + sizeof(int), _read.AsSpan(0, length));
    }

    public void Keep()
    {
        (_read, _kept) = (_kept, _read);
        _keptLength = _readLength;
    }

    /// <summary>Gives the arrays back; the bytes are gone.</summary>
    public void Return()
    {
        GiveBack(ref _read);
        GiveBack(ref _kept);
        _keptLength = 0;
    }

    /// <summary>A small one is the thread's own, which is found sooner than one of the pool.</summary>
    private static byte[] Rent(int length)
    {
        if (length > SmallLength) return ArrayPool<byte>.Shared.Rent(length);
        byte[]? own = t_small;
        t_small = null;
        return own ?? GC.AllocateUninitializedArray<byte>(SmallLength);
    }

    private static void GiveBack(ref byte[] array)
    {
        byte[] given = array;
        array = [];
        if (given.Length == SmallLength) t_small = given;
        else if (given.Length > 0) ArrayPool<byte>.Shared.Return(given);
    }
}
