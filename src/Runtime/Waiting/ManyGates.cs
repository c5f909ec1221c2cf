using System.Diagnostics;

namespace TypedShmQueue.Waiting;

/// <summary>Gates of several queues, and a bell, that one thread parks at together.</summary>
/// <remarks>
/// <para>E3, for each gate by itself: announced · one heavy fence for all · looked again · parked while each epoch, and the bell, is what
/// it was. A gate that stands is left out, with its look (<see cref="WatchedGate"/>).</para>
/// <para>The gates can be exchanged at any time. Whoever does so rings the bell afterwards; the bell is read before the gates are looked
/// at, so nobody parks on the old ones for long.</para>
/// </remarks>
/// <param name="guard">The lock of the gates' state. Nobody parks under it.</param>
internal sealed class ManyGates(Lock guard) : ParkingPlace
{
    private readonly ParkingWord[] _words = new ParkingWord[MostWords];
    private readonly Bell _bell = new();
    private WatchedGate[] _gates = [];
    private uint _heard;
    private long _lookedCloselyAt;

    /// <summary>How many gates one thread can park at, beside the bell. It may become fewer while the process runs.</summary>
    public static int Most => MostWords - 1;

    private static int MostWords => ParkingPort.Current.MostWordsAtOnce;

    /// <summary>How long after a close look at the gates the next one is due: what the first of them allows.</summary>
    public TimeSpan LongestPark { private get; set; } = ParkLength.Longest;

    /// <summary>What wakes the thread that is parked here.</summary>
    public Bell Bell => _bell;

    /// <summary>What is waited for from now on. Under the lock; the caller rings afterwards.</summary>
    public void Exchange(WatchedGate[] gates) => _gates = gates;

    /// <summary>To be called before each look, and before the lock is taken for it.</summary>
    public void Hear() => _heard = _bell.Rung;

    /// <summary>
    /// Whether every gate must be looked at closely, those that stand included: for deaths, which wake nobody. If so, it is for a while not
    /// due again.
    /// </summary>
    public bool IsCloseLookDue()
    {
        if (Stopwatch.GetElapsedTime(_lookedCloselyAt) < LongestPark) return false;
        _lookedCloselyAt = Stopwatch.GetTimestamp();
        return true;
    }

    /// <inheritdoc/>
    public override uint Announce()
    {
        lock (guard)
        {
            bool any = false;
            foreach (WatchedGate gate in _gates)
            {
                if (gate.Stands) continue;
                gate.AnnounceUnfenced();
                any = true;
            }

            if (any) Fence(_gates); // E3
        }

        return 0;
    }

    /// <summary>The parker's fence, after it has announced itself at some of these gates, and before it looks again.</summary>
    public static void Fence(ReadOnlySpan<WatchedGate> gates)
    {
        if (!AsymmetricFence.TryHeavy())
        {
            foreach (WatchedGate gate in gates) gate.LetWakersFence();
        }

        Steps.At("park: fenced");
    }

    /// <inheritdoc/>
    public override bool IsUnchanged(uint announced)
    {
        if (_bell.Rung != _heard) return false;
        lock (guard)
        {
            foreach (WatchedGate gate in _gates)
            {
                if (!gate.Stands) return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Park(uint announced, TimeSpan atMost)
    {
        WatchedGate[] gates;
        lock (guard)
        {
            gates = _gates;
            if (gates.Length >= Math.Min(_words.Length, MostWords)) return;
            for (int i = 0; i < gates.Length; i++)
            {
                // One that was added since, or was woken: the caller announces itself again, and looks.
                if (!gates[i].Stands) return;
                _words[i] = gates[i].ParkingWord;
            }
        }

        _words[gates.Length] = _bell.WordOf(_heard);
        TimeSpan left = LongestPark - Stopwatch.GetElapsedTime(_lookedCloselyAt);
        Steps.At("park: at many gates");
        if (left > TimeSpan.Zero) ParkingPort.Current.ParkOnAny(_words.AsSpan(0, gates.Length + 1), atMost < left ? atMost : left);
        Uninterrupted.Enter(guard);
        try
        {
            // Of one that was removed meanwhile, nobody else passes the wake on.
            foreach (WatchedGate gate in gates)
            {
                if (gate.IsRemoved) gate.Leave();
            }
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <summary>Nobody waits here for now: passes on the wakes that were meant for others.</summary>
    public void Leave()
    {
        Uninterrupted.Enter(guard);
        try
        {
            foreach (WatchedGate gate in _gates) gate.Leave();
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <inheritdoc/>
    public override void WakeAll() => _bell.Ring();

    /// <summary>Each gate counts for itself, when it is announced.</summary>
    public override void CountParking()
    {
    }
}
