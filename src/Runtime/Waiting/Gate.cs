using System.Runtime.CompilerServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// What threads of any process park at and are woken by: one 64-bit word, the epoch in its upper half and the announcements in its
/// lower. A waker that finds no announcement does nothing; this is the common case, and costs one load.
/// </summary>
/// <remarks>
/// <para>A parker: reads the epoch · announces itself (adds one) · heavy fence · looks again · parks while the epoch is what it read.
/// A waker: publishes · light fence · no announcement? nothing · else raises the epoch · wakes.</para>
/// <para>E3, no wake is lost: by the fence pair, either the waker sees the announcement, or the parker's second look sees what was
/// published. If the waker sees it, it raises the epoch after the parker read it, so the parker does not park, or is parked and
/// woken.</para>
/// <para>Announcements are never taken back by parkers, so one that dies leaves nothing that anybody has to account for. The waker
/// clears them, once it has woken everybody: all who announced before it raised the epoch are then awake, and the swap from the word as
/// it raised it fails if somebody has announced since. Each waker raises the epoch first, so no two expect the same word (no ABA).</para>
/// <para>Where a wake is a token (<see cref="ParkingPort.WakesByTokens"/>), the waker raises the epoch and takes as many announcements as
/// it gives tokens, by one swap. Tokens are given to a turn: the epochs between two wakes that woke everybody. So announcements and tokens
/// of a turn are together never fewer than those who are parked in it, and what nobody took is gone with the turn.</para>
/// <para>A woken thread that dies before it acts loses that wake; parking is capped (<see cref="ParkLength"/>), so the others look for
/// themselves in time.</para>
/// </remarks>
internal readonly unsafe struct Gate(long* word)
{
    /// <summary>A parker here cannot fence others: every waker takes the slow path and fences itself. Stays once set.</summary>
    private const long WakersMustFence = 1L << 31;

    private const long AnnouncementMask = WakersMustFence - 1;
    private const int EpochShift = 32;

    /// <summary>Bits of the epoch that count the wakes of one turn, where wakes are tokens.</summary>
    public const int TurnBits = 8;

    private const uint LastOfTurn = (1 << TurnBits) - 1;

    /// <summary>The half that threads park on. Little-endian: the upper half is the second one.</summary>
    public uint* EpochWord => (uint*)word + 1;

    /// <summary>The epoch at this instant.</summary>
    public uint Epoch => Volatile.Read(ref *EpochWord);

    /// <summary>Whether somebody may be parked here.</summary>
    public bool HasAnnouncements => (uint)Volatile.Read(ref *word) != 0;

    /// <summary>After something was published: wakes up to <paramref name="count"/> of those who wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wake(int count)
    {
        Steps.At("wake: published");
        AsymmetricFence.Light(); // E3
        if ((uint)Volatile.Read(ref *word) != 0) _ = WakeAnnounced(count);
    }

    /// <summary>Wakes everybody who is parked here, in every process: for commits, ends, cancellations and disposals.</summary>
    /// <returns>How many were parked.</returns>
    public int WakeAll()
    {
        Steps.At("wake everybody: published");
        AsymmetricFence.Light(); // E3
        return WakeAnnounced(int.MaxValue);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int WakeAnnounced(int count)
    {
        long seen = Volatile.Read(ref *word);
        if ((seen & WakersMustFence) != 0)
        {
            Interlocked.MemoryBarrier(); // E3, for those who cannot fence us
            seen = Volatile.Read(ref *word);
        }

        if ((seen & AnnouncementMask) == 0) return 0;
        Steps.At("wake: announcement seen");
        if (ParkingPort.Current.WakesByTokens) return WakeByTokens(count);

        long raised = Interlocked.Add(ref *word, 1L << EpochShift);
        Steps.At("wake: epoch raised");
        int woken = ParkingPort.Current.Wake(EpochWord, count);
        Steps.At("wake: woken");
        if (woken < count) _ = Interlocked.CompareExchange(ref *word, raised & ~AnnouncementMask, raised);
        return woken;
    }

    private int WakeByTokens(int count)
    {
        while (true)
        {
            long seen = Volatile.Read(ref *word);
            long announced = seen & AnnouncementMask;
            if (announced == 0) return 0; // others have woken them
            uint epoch = (uint)(seen >>> EpochShift);
            bool wakesAll = count >= announced || (epoch & LastOfTurn) == LastOfTurn;
            uint next = wakesAll ? (epoch | LastOfTurn) + 1 : epoch + 1;
            long left = wakesAll ? 0 : announced - count;
            long raised = ((long)next << EpochShift) | (seen & WakersMustFence) | left;
            if (Interlocked.CompareExchange(ref *word, raised, seen) != seen) continue;
            Steps.At("wake: epoch raised");
            ParkingPort.Current.GiveTokens(EpochWord, epoch, (int)(announced - left));
            Steps.At("wake: woken");
            return (int)(announced - left);
        }
    }

    /// <summary>Announces this thread, and fences. The caller looks once more at what it waits for, then <see cref="Park"/>s.</summary>
    /// <returns>The epoch to park on.</returns>
    public uint Announce()
    {
        uint epoch = AnnounceUnfenced();
        if (!AsymmetricFence.TryHeavy()) LetWakersFence(); // E3
        Steps.At("park: fenced");
        return epoch;
    }

    /// <summary>
    /// As <see cref="Announce"/>, for a thread that announces itself at many gates. Before it looks again, it fences once for all of them
    /// (<see cref="AsymmetricFence.TryHeavy"/>); if that fails, it says so to each (<see cref="LetWakersFence"/>).
    /// </summary>
    /// <returns>The epoch to park on.</returns>
    public uint AnnounceUnfenced()
    {
        // The epoch is read before the announcement: one raised in between is not parked on.
        uint epoch = (uint)(Volatile.Read(ref *word) >>> EpochShift);
        Steps.At("park: epoch read");
        long announced = Interlocked.Increment(ref *word);
        Steps.At("park: announced");
        if ((announced & AnnouncementMask) > AnnouncementMask / 2) ForgetOldAnnouncements();
        return epoch;
    }

    /// <summary>A parker here cannot fence others: from here on each waker fences itself.</summary>
    public void LetWakersFence() => _ = Interlocked.Or(ref *word, WakersMustFence);

    /// <summary>Parks until woken, or for so long, or for no reason.</summary>
    public void Park(uint epoch, TimeSpan atMost) => ParkingPort.Current.Park(EpochWord, epoch, atMost);

    /// <summary>A gate nobody ever wakes must not count into its epoch; a wake-up of everybody starts the count anew.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ForgetOldAnnouncements() => _ = WakeAll();
}
