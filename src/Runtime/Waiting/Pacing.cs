using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// How a handle's consumers (or producers) wait before they park. Learns two things: whether it pays to let messages gather before
/// looking again, and how long it pays to spin. Shared by threads without care; a lost update is a slightly worse guess.
/// </summary>
/// <remarks>
/// <para>Gathering. A consumer that looks at the producer's heel takes the cache line away for every message; one that stays away a
/// little finds several at once. Whether they come in streams shows in the run: how far the position moved without waiting since the
/// last wait. A pause that was followed by a run is kept and lengthened, one that was not is halved down to nothing, so that single
/// messages (a request and its answer) are seen at once. Now and then a pause is tried again, the more rarely the more often it was in
/// vain.</para>
/// <para>Spinning. A wait that ended within the longest spinning that is ever worth while would have been worth spinning through, so the budget doubles; one
/// that took longer was not, so it shrinks. What counts is how long the wait took, not whether it parked: with a budget just short of a
/// wake-up, two processes that answer each other would each park before the other had woken, for ever.</para>
/// </remarks>
internal sealed class Pacing
{
    /// <summary>Looks without a pause in between: an answer that is on its way arrives within these.</summary>
    public const int EagerLooks = 128;

    /// <summary>Turns of <see cref="Delay"/> between two looks after those; some 30 ns.</summary>
    public const int TurnsBetweenLooks = 64;

    private const int FewestWaitsBetweenProbes = 64;
    private const int MostWaitsBetweenProbes = 8192;

    /// <summary>Messages in a row that make a stream: at this rate a pause costs less than the line transfers that it saves.</summary>
    private const int GoodRun = 8;

    private static readonly long s_firstPause = Stopwatch.Frequency / 4_000_000; // 250 ns
    private static readonly long s_longestPause = Stopwatch.Frequency / 2_000_000; // 500 ns
    private static readonly long s_leastSpinning = Stopwatch.Frequency / 50_000; // 20 us
    private static readonly long s_mostSpinning = Stopwatch.Frequency / 5_000; // 200 us

    private readonly WaitPolicy _policy;
    private long _pause;
    private int _waitsToProbe = FewestWaitsBetweenProbes;
    private int _waitsBetweenProbes = FewestWaitsBetweenProbes;
    private long _resumedAt;
    private long _spinning;

    public Pacing(WaitPolicy policy)
    {
        _policy = policy;
        // On one core, whoever spins keeps away whom it waits for.
        SpinsAtAll = policy != WaitPolicy.Park && ParkingPort.Current.MachineProcessors > 1;
        _spinning = s_mostSpinning / 2;
    }

    /// <summary>Whether there is any point in looking again without parking.</summary>
    public bool SpinsAtAll { get; }

    /// <summary>How long to spin after the eager looks, in <see cref="Stopwatch"/> ticks.</summary>
    public long Spinning => !SpinsAtAll ? 0 : _policy == WaitPolicy.Spin ? long.MaxValue : _spinning;

    /// <summary>A wait begins, at this position. Stays away as long as it pays; often not at all.</summary>
    public void Begin(long position)
    {
        if (!SpinsAtAll) return;
        long run = position - _resumedAt;
        if (_pause > 0) Judge(run);
        else if (--_waitsToProbe <= 0) _pause = s_firstPause;

        if (_pause == 0) return;
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - began < _pause) Delay(TurnsBetweenLooks);
    }

    private void Judge(long run)
    {
        if (run >= GoodRun)
        {
            _waitsBetweenProbes = FewestWaitsBetweenProbes;
            _pause = Math.Min(_pause * 2, s_longestPause);
            return;
        }

        _pause /= 2;
        if (_pause >= s_firstPause) return;
        _pause = 0;
        _waitsToProbe = _waitsBetweenProbes;
        _waitsBetweenProbes = Math.Min(_waitsBetweenProbes * 2, MostWaitsBetweenProbes);
    }

    /// <summary>The wait ended within its eager looks, at this position.</summary>
    public void End(long position) => _resumedAt = position;

    /// <summary>The wait went on after its eager looks for so many <see cref="Stopwatch"/> ticks, and ended at this position.</summary>
    public void End(long position, long took)
    {
        _resumedAt = position;
        _spinning = took <= s_mostSpinning
            ? Math.Min(s_mostSpinning, Math.Max(_spinning, took * 2))
            : Math.Max(s_leastSpinning, _spinning - (_spinning / 4));
    }

    /// <summary>
    /// Lets some nanoseconds pass: a load a turn. Not by the processor's pause instruction, which a hypervisor may take as a cue to run
    /// somebody else: it was measured to take 25 or 600 ns on the same machine.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Delay(int turns)
    {
        for (int i = 0; i < turns; i++) _ = Volatile.Read(ref turns);
    }
}
