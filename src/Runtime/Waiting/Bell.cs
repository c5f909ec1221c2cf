using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Waiting;

/// <summary>A word of this process alone, for a thread that parks at many gates: others of this process wake it by this one.</summary>
[SuppressMessage("Design", "MA0055:Do not use finalizer", Justification = "A cancellation may ring late, so no thread knows when the " +
    "last one has rung. The collector does.")]
internal sealed unsafe class Bell
{
    private readonly uint* _word = ParkingPort.Current.NewBell();

    ~Bell() => ParkingPort.Current.FreeBell(_word);

    /// <summary>How often it has rung. Read before what it rings for is looked at: what rings from then on is not slept over.</summary>
    public uint Rung
    {
        get
        {
            uint rung = Volatile.Read(ref *_word);
            GC.KeepAlive(this);
            return rung;
        }
    }

    /// <summary>Wakes whoever is parked on it.</summary>
    public void Ring()
    {
        _ = Interlocked.Increment(ref *_word);
        _ = ParkingPort.Current.Wake(_word, 1);
        GC.KeepAlive(this);
    }

    /// <summary>What to park on. The caller keeps the bell alive meanwhile.</summary>
    public ParkingWord WordOf(uint rung) => new(_word, rung);

    /// <summary>Parks until it rings, at most for this time, or for no reason.</summary>
    public void Park(uint rung, TimeSpan atMost)
    {
        ParkingPort.Current.Park(_word, rung, atMost < ParkLength.LongestWhenIdle ? atMost : ParkLength.LongestWhenIdle);
        GC.KeepAlive(this);
    }
}
