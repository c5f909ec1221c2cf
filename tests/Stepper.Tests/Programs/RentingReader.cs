using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>Reads as serialized messages are read: each time it allocates first, and that can fail.</summary>
internal unsafe struct RentingReader : IMessageReader
{
    private Pair _read;

    /// <summary>What was read and found to be whole.</summary>
    public Pair Kept { get; private set; }

    public void Read<TMemory>(byte* message) where TMemory : struct, IMemory
    {
        Scheduler.Current?.Risk("a reader's allocation");
        TMemory.Read(message, out _read);
    }

    public void Keep() => Kept = _read;
}
