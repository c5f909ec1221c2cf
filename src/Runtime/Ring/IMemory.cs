namespace TypedShmQueue.Ring;

/// <summary>
/// Every access the ring makes to shared words. Production uses <see cref="HardwareMemory"/>, which is nothing but the
/// instructions; a test puts a step, a check or a death before each access. Nothing else in the ring touches shared words.
/// </summary>
internal unsafe interface IMemory
{
    /// <summary>The time since some instant, in Stopwatch ticks. Not a shared word, but a test says what time it is, too.</summary>
    static abstract long Now { get; }

    /// <summary>
    /// The time since the machine's start, in milliseconds: the same for all processes, cheap, and exact to some milliseconds.
    /// </summary>
    static virtual long Milliseconds => Environment.TickCount64;

    /// <summary>Loads; later accesses stay after it.</summary>
    static abstract long LoadAcquire(ref long word);

    /// <summary>Stores; earlier accesses stay before it.</summary>
    static abstract void StoreRelease(ref long word, long value);

    /// <summary>Stores <paramref name="desired"/> if the word is <paramref name="expected"/>; a full fence.</summary>
    static abstract bool CompareAndSwap(ref long word, long expected, long desired);

    /// <summary>
    /// Loads a mark: a word of this handle's own memory, by which its threads keep out of each other's way. Later accesses stay after it.
    /// </summary>
    static virtual int LoadMark(ref int mark) => Volatile.Read(ref mark);

    /// <summary>Stores a mark; earlier accesses stay before it.</summary>
    static virtual void StoreMark(ref int mark, int value) => Volatile.Write(ref mark, value);

    /// <summary>Stores <paramref name="desired"/> if the mark is <paramref name="expected"/>; a full fence.</summary>
    static virtual bool CompareAndSwapMark(ref int mark, int expected, int desired) =>
        Interlocked.CompareExchange(ref mark, desired, expected) == expected;

    /// <summary>
    /// A full fence in every thread of this process: what they stored before it is there, and what they load after it is not older.
    /// </summary>
    static virtual void FenceOwnThreads() => Interlocked.MemoryBarrierProcessWide();

    /// <summary>Adds; a full fence. For counters.</summary>
    static abstract void Add(ref long word, long value);

    /// <summary>Earlier loads stay before later ones.</summary>
    static abstract void LoadFence();

    /// <summary>
    /// Takes a word's cache line away from other cores, so that whoever stores to it next gets it as a whole. By storing a zero to the
    /// word's highest byte, where every word of a position below twice <see cref="Layout.SlotWord.OwnedEnd"/> has one: nothing changes,
    /// whoever stores meanwhile. Precondition: the caller's position is below that end; see <see cref="LineOwner{T, TMemory}"/>.
    /// </summary>
    static abstract void OwnLine(ref long word);

    /// <summary>Copies a message in. Precondition: the slot is claimed by the caller.</summary>
    static abstract void Write<T>(byte* message, in T value) where T : unmanaged;

    /// <summary>
    /// Copies a message out; it may be torn if somebody writes meanwhile, so it counts only once the caller has proof. The copy goes
    /// straight to its destination: a value that is returned may need room on the stack, and a message can be larger than the stack.
    /// </summary>
    static abstract void Read<T>(byte* message, out T destination) where T : unmanaged;

    /// <summary>Copies some of a message's bytes out; they may be torn, as with <see cref="Read{T}"/>.</summary>
    static virtual void Read(byte* bytes, Span<byte> destination) => new ReadOnlySpan<byte>(bytes, destination.Length).CopyTo(destination);
}
