using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>How a system parks a thread on a word of shared memory. One implementation per system, in a file of its own.</summary>
internal abstract unsafe class ParkingPort
{
    private static readonly ParkingPort? s_current =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
            ? new LinuxParkingPort()
            : OperatingSystem.IsWindows() && RuntimeInformation.ProcessArchitecture is Architecture.X64
            ? new WindowsParkingPort()
            : null;

    /// <summary>The port of the system this process runs on.</summary>
    public static ParkingPort Current =>
        s_current ?? throw new PlatformNotSupportedException("TypedShmQueue cannot wait across processes on this system.");

    /// <summary>Processors of the machine, whether this process may run on them or not.</summary>
    public abstract int MachineProcessors { get; }

    /// <summary>
    /// Processors that the calling thread may run on, or a quota of processor time gives this process room for, if those are fewer. One
    /// does not say that whoever it waits for runs there too: a pinned process waits for others elsewhere. A system call.
    /// </summary>
    public abstract int AllowedProcessors { get; }

    /// <summary>How often the calling thread has given its processor to another one, willingly or not. A system call.</summary>
    public abstract long SwitchesOfThisThread { get; }

    /// <summary>Parks while the word has this value: until it is woken, until the timeout, or for no reason.</summary>
    public abstract void Park(uint* word, uint value, TimeSpan atMost);

    /// <summary>Words that one thread can park on at a time; 1 where the system has no call for more.</summary>
    public abstract int MostWordsAtOnce { get; }

    /// <summary>
    /// Parks while every one of the words has its value: until one of them is woken, until the timeout, or for no reason.
    /// </summary>
    /// <param name="words">Not more than <see cref="MostWordsAtOnce"/>.</param>
    /// <param name="atMost">The timeout.</param>
    public abstract void ParkOnAny(ReadOnlySpan<ParkingWord> words, TimeSpan atMost);

    /// <summary>Wakes up to <paramref name="count"/> threads parked on the word, in any process, and says how many.</summary>
    public abstract int Wake(uint* word, int count);

    /// <summary>
    /// Whether a wake is a token that stays until a parked thread takes it. Nobody counts then how many threads it woke, so the gate counts
    /// the tokens (<see cref="Gate"/>).
    /// </summary>
    public virtual bool WakesByTokens => false;

    /// <summary>Gives tokens to those who parked on the word in the turn of that value.</summary>
    public virtual void GiveTokens(uint* word, uint parkedOn, int count) => throw new NotSupportedException();

    /// <summary>A word of this process alone, to park on beside the gates; 0. It is woken by <see cref="Wake"/>.</summary>
    public virtual uint* NewBell() => (uint*)NativeMemory.AllocZeroed(sizeof(uint));

    /// <summary>Precondition: nobody is parked on it, or rings.</summary>
    public virtual void FreeBell(uint* bell) => NativeMemory.Free(bell);

    /// <summary>Lets others fence this process from outside. False if the system has no such thing.</summary>
    public abstract bool TryRegisterForFences();

    /// <summary>A full fence on every thread of every registered process. False if the system has no such thing.</summary>
    public abstract bool TryFenceEverybody();
}

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
