using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// A word to park on, and the value it must have. Laid out as Linux wants it (struct futex_waitv), so that nothing is copied.
/// </summary>
/// <param name="word">The word; it must stay mapped while a thread is parked on it.</param>
/// <param name="value">What it must hold.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct ParkingWord(uint* word, uint value)
{
    private const uint FourBytesShared = 2;

    private readonly ulong _value = value;
    private readonly ulong _address = (ulong)word;
    private readonly uint _flags = FourBytesShared;
    private readonly uint _reserved;

    public uint* Word => (uint*)_address;

    public uint Value => (uint)_value;
}
