using System.Diagnostics;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Async;

/// <summary>
/// One thread of the dispatcher: parks on the gates it was given and on a word of its own, and serves the gates that were woken.
/// </summary>
/// <remarks>
/// An idle round is one system call, however many gates and calls there are: an announcement stands until its gate is woken, so neither it
/// nor its fence is repeated. All gates are looked at closely together, as soon as the first of them is due (<see cref="ParkLength"/>).
/// What others touch of a parker, they touch under the dispatcher's lock.
/// </remarks>
internal sealed unsafe class AsyncParker
{
    /// <summary>Without a gate for so long, the thread ends.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    // Of their full size from the start: nothing is allocated on the thread that all pending calls depend on.
    private readonly List<IWatched> _added = new(MostGates);
    private readonly List<IWatched> _gates = new(MostGates);
    private readonly ParkingWord[] _words = new ParkingWord[MostGates + 1];
    private readonly uint* _bell = ParkingPort.Current.NewBell();
    private int _gateCount;
    private long _lookedCloselyAt;
    private TimeSpan _longestPark = ParkLength.Longest;

    /// <summary>
    /// Where a thread can park on one word only, that is the gate's while there is one. It can become so while the process runs: then a
    /// parker keeps the gates that it has, and gets no more.
    /// </summary>
    private static int MostGates => Math.Max(1, ParkingPort.Current.MostWordsAtOnce - 1);

    /// <summary>Whether it has anything to do. Under the dispatcher's lock.</summary>
    public bool HasGates => _gateCount > 0;

    /// <summary>Takes the gate if there is room. Under the dispatcher's lock.</summary>
    public bool TryAdd(IWatched gate)
    {
        if (_gateCount >= Math.Min(MostGates, _words.Length - 1)) return false;
        _added.Add(gate);
        _gateCount++;
        _ = Interlocked.Increment(ref *_bell);
        _ = ParkingPort.Current.Wake(_bell, 1);
        return true;
    }

    /// <summary>Makes the parker's own what it was given. Under the dispatcher's lock, by the parker's thread.</summary>
    public void TakeAdded()
    {
        _gates.AddRange(_added);
        _added.Clear();
        _gateCount = _gates.Count;
    }

    /// <summary>Nobody rings any more. Under the dispatcher's lock.</summary>
    public void FreeBell() => ParkingPort.Current.FreeBell(_bell);

    public void Start() => new Thread(Run) { IsBackground = true, Name = "TypedShmQueue async" }.UnsafeStart();

    private void Run()
    {
        while (true)
        {
            // Read before what it rings for: a gate that is added from here on is not slept over.
            uint bell = Volatile.Read(ref *_bell);
            AsyncDispatcher.HandOver(this);
            ServeAll();
            if (_gates.Count > 0) ParkOnGates(bell);
            else if (!ParkIdle(bell)) return;
        }
    }

    private void ServeAll()
    {
        bool closely = Stopwatch.GetElapsedTime(_lookedCloselyAt) >= _longestPark;
        if (closely) _lookedCloselyAt = Stopwatch.GetTimestamp();
        _longestPark = ParkLength.LongestWhenIdle;
        for (int i = _gates.Count - 1; i >= 0; i--)
        {
            if (_gates[i].Serve(closely))
            {
                if (_gates[i].LongestPark < _longestPark) _longestPark = _gates[i].LongestPark;
                continue;
            }

            _gates[i] = _gates[^1];
            _gates.RemoveAt(_gates.Count - 1);
        }
    }

    private void ParkOnGates(uint bell)
    {
        int count = 0;
        foreach (IWatched gate in _gates) _words[count++] = gate.ParkingWord;
        if (ParkingPort.Current.MostWordsAtOnce > 1) _words[count++] = new ParkingWord(_bell, bell);
        TimeSpan left = _longestPark - Stopwatch.GetElapsedTime(_lookedCloselyAt);
        // A gate that was woken meanwhile is not parked on: its epoch is not what it was when its announcement was made.
        Steps.At("async: about to park");
        if (left > TimeSpan.Zero) ParkingPort.Current.ParkOnAny(_words.AsSpan(0, count), left);
        Steps.At("async: awake");
        // The gates keep mapped what was parked on.
        GC.KeepAlive(this);
    }

    /// <summary>Waits a while for something to do. False: there was nothing, and the thread is to end.</summary>
    private bool ParkIdle(uint bell)
    {
        AsyncDispatcher.HandOver(this);
        if (HasGates) return true;
        ParkingPort.Current.Park(_bell, bell, s_linger);
        return Volatile.Read(ref *_bell) != bell || !AsyncDispatcher.TryRetire(this);
    }
}
