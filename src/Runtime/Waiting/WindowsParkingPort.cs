using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Waiting;

/// <summary>
/// Named semaphores, since no wait on an address crosses processes on Windows. A park waits for one that is named for the queue's random
/// id, the gate, and the turn of the gate's epoch; a wake opens it, if anybody has it, and gives tokens.
/// </summary>
/// <remarks>
/// <para>No wake is lost between the look at the word and the wait: a token stays until somebody takes it. Whoever parks has the semaphore
/// first, and looks at the word after that. So a waker that raised the word before finds the semaphore, or the parker finds the word
/// raised.</para>
/// <para>Nothing outlives those who use it: a semaphore is gone with the last thread that has it, whatever it has become of its
/// count.</para>
/// </remarks>
internal sealed unsafe partial class WindowsParkingPort : ParkingPort
{
    /// <summary>Epochs of one turn; see <see cref="Gate"/>.</summary>
    private const int TurnBits = Gate.TurnBits;

    private const int MostHandles = 64;
    private const int PageMask = Segment.PageSize - 1;
    private const int AllGroups = 0xffff;
    private const uint ModifyState = 0x2;
    private const uint WaitAndModify = 0x100000 | ModifyState;

    /// <summary>Where a semaphore cannot be had (another user made it), the word is looked at so often.</summary>
    private const uint MillisecondsWithout = 1;

    /// <summary>What this thread parked on last: whoever parks again on the same has no need to ask for it.</summary>
    [ThreadStatic]
    private static WakeObject? s_last;

    [ThreadStatic]
    private static WakeObject?[]? s_many;

    private long _switches;

    public override int MachineProcessors { get; } = (int)Math.Max(1, GetActiveProcessorCount(AllGroups));

    public override int AllowedProcessors
    {
        get
        {
            nuint allowed, machine;
            int count = GetProcessAffinityMask(-1, &allowed, &machine) != 0 ? BitOperations.PopCount(allowed) : 0;
            // The runtime has looked at the limits of this process's job. No mask: a process of several groups of processors.
            return count == 0 ? Environment.ProcessorCount : Math.Min(count, Environment.ProcessorCount);
        }
    }

    /// <summary>Windows does not count them for one thread. A number that always grows makes nobody believe that there was none.</summary>
    public override long SwitchesOfThisThread => Interlocked.Increment(ref _switches);

    public override bool WakesByTokens => true;

    public override void Park(uint* word, uint value, TimeSpan atMost)
    {
        if (IsBell(word))
        {
            _ = WaitForSingleObject(EventOf(word), Milliseconds(atMost));
            return;
        }

        WakeObject one = s_last ??= new WakeObject();
        one.BecomeThatOf(word, value);
        if (Interlocked.CompareExchange(ref *word, 0, 0) != value) return; // whoever raised it may have come before the semaphore
        if (one.Handle == 0) Thread.Sleep((int)Math.Min(Milliseconds(atMost), MillisecondsWithout));
        else _ = WaitForSingleObject(one.Handle, Milliseconds(atMost));
    }

    public override int MostWordsAtOnce => MostHandles;

    public override void ParkOnAny(ReadOnlySpan<ParkingWord> words, TimeSpan atMost)
    {
        WakeObject?[] all = s_many ??= new WakeObject?[MostHandles];
        nint* handles = stackalloc nint[MostHandles];
        uint milliseconds = Milliseconds(atMost);
        int count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            uint* word = words[i].Word;
            if (IsBell(word))
            {
                handles[count++] = EventOf(word);
                continue;
            }

            // Gates leave and join at any place: what another place has is asked for once more.
            WakeObject one = all[i] ??= new WakeObject();
            one.BecomeThatOf(word, words[i].Value);
            if (one.Handle == 0) milliseconds = Math.Min(milliseconds, MillisecondsWithout);
            else handles[count++] = one.Handle;
        }

        for (int i = words.Length; i < MostHandles; i++) all[i]?.Close();

        Interlocked.MemoryBarrier();
        foreach (ParkingWord word in words)
        {
            if (Volatile.Read(ref *word.Word) != word.Value) return;
        }

        if (count == 0) Thread.Sleep((int)milliseconds);
        else _ = WaitForMultipleObjects((uint)count, handles, 0, milliseconds);
    }

    public override int Wake(uint* word, int count)
    {
        if (!IsBell(word)) throw new InvalidOperationException("A gate is woken by tokens on this system.");
        _ = SetEvent(EventOf(word));
        return count;
    }

    public override void GiveTokens(uint* word, uint parkedOn, int count)
    {
        char* name = stackalloc char[WakeObject.LongestName];
        WakeObject.WriteName(name, word, parkedOn);
        nint semaphore = OpenSemaphore(ModifyState, 0, name);
        if (semaphore == 0) return; // nobody is parked
        // Not given if there are too many: then there are as many as anybody can take.
        _ = ReleaseSemaphore(semaphore, count, null);
        _ = CloseHandle(semaphore);
    }

    /// <summary>No call fences other processes, so whoever wakes fences itself (<see cref="AsymmetricFence.Light"/>).</summary>
    public override bool TryRegisterForFences() => false;

    /// <summary>True, although nothing was done: every process of this system fences itself before it looks for those who wait.</summary>
    public override bool TryFenceEverybody() => true;

    /// <summary>A page, so that its address tells a bell from a gate: the word is at its beginning, and the event after it.</summary>
    public override uint* NewBell()
    {
        uint* bell = (uint*)NativeMemory.AlignedAlloc(Segment.PageSize, Segment.PageSize);
        *bell = 0;
        nint made = CreateEvent(0, 0, 0, 0);
        if (made != 0)
        {
            ((nint*)bell)[1] = made;
            return bell;
        }

        NativeMemory.AlignedFree(bell);
        throw new IOException("The system has no event left for this process. Close handles.");
    }

    public override void FreeBell(uint* bell)
    {
        _ = CloseHandle(EventOf(bell));
        NativeMemory.AlignedFree(bell);
    }

    // A gate is never at the beginning of a page: the header's mark is there.
    private static bool IsBell(uint* word) => ((nuint)word & PageMask) == 0;

    private static nint EventOf(uint* bell) => ((nint*)bell)[1];

    private static uint Milliseconds(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue);

    [LibraryImport("kernel32", EntryPoint = "CreateSemaphoreExW", SetLastError = true)]
    private static partial nint CreateSemaphore(nint security, int count, int most, char* name, uint flags, uint access);

    [LibraryImport("kernel32", EntryPoint = "OpenSemaphoreW")]
    private static partial nint OpenSemaphore(uint access, int inherit, char* name);

    [LibraryImport("kernel32")]
    private static partial int ReleaseSemaphore(nint semaphore, int count, int* before);

    [LibraryImport("kernel32", EntryPoint = "CreateEventW")]
    private static partial nint CreateEvent(nint security, int manual, int isSet, nint name);

    [LibraryImport("kernel32")]
    private static partial int SetEvent(nint handle);

    [LibraryImport("kernel32")]
    private static partial uint WaitForSingleObject(nint handle, uint milliseconds);

    [LibraryImport("kernel32")]
    private static partial uint WaitForMultipleObjects(uint count, nint* handles, int all, uint milliseconds);

    [LibraryImport("kernel32")]
    private static partial int CloseHandle(nint handle);

    [LibraryImport("kernel32")]
    private static partial uint GetActiveProcessorCount(ushort group);

    [LibraryImport("kernel32")]
    private static partial int GetProcessAffinityMask(nint process, nuint* allowed, nuint* machine);

    /// <summary>
    /// The semaphore that a thread has for one of its places, used again for another gate or turn: a park allocates nothing.
    /// </summary>
    [SuppressMessage("Design", "MA0055:Do not use finalizer", Justification = "A thread says to nobody that it ends.")]
    private sealed class WakeObject
    {
        public const int LongestName = 64;

        private ulong _queue;
        private nuint _gate;
        private uint _turn;

        ~WakeObject() => Close();

        /// <summary>0: it cannot be had.</summary>
        public nint Handle { get; private set; }

        /// <summary>Makes it the one of a word with that value, unless it is that.</summary>
        public void BecomeThatOf(uint* word, uint value)
        {
            ulong queue = QueueOf(word);
            nuint gate = (nuint)word & PageMask;
            uint turn = value >> TurnBits;
            if (_queue == queue && _gate == gate && _turn == turn && Handle != 0) return;
            Close();
            (_queue, _gate, _turn) = (queue, gate, turn);
            char* name = stackalloc char[LongestName];
            WriteName(name, word, value);
            Handle = CreateSemaphore(0, 0, int.MaxValue, name, 0, WaitAndModify);
        }

        public void Close()
        {
            if (Handle != 0) _ = CloseHandle(Handle);
            Handle = 0;
        }

        /// <summary>
        /// Of all sessions: a service's process and a desktop's may use one queue. The id is known to those who can read the queue.
        /// </summary>
        public static void WriteName(char* into, uint* word, uint value)
        {
            Span<char> name = new(into, LongestName);
            _ = name.TryWrite($"Global\\TypedShmQueue.{QueueOf(word):x16}.{(nuint)word & PageMask:x3}.{value >> TurnBits:x6}\0", out _);
        }

        // A gate is in the first page of a queue's memory, which says whose it is.
        private static ulong QueueOf(uint* word) => ((SegmentHeader*)((nuint)word & ~(nuint)PageMask))->QueueId;
    }
}
