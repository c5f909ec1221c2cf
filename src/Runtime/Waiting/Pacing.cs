using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// How a handle's consumers (or producers) wait before they park. Learns three things: whether it pays to let messages gather before
/// looking again, how long it pays to spin, and whether to offer the core to others meanwhile. Shared by threads without care; a lost
/// update is a slightly worse guess.
/// </summary>
/// <remarks>
/// <para>Gathering. A consumer that looks at the producer's heel takes the cache line away for every message; one that stays away a
/// little finds several at once. Whether they come in streams shows in the run: how far the position moved without waiting since the
/// last wait. A pause that was followed by a run is kept and lengthened, one that was not is halved down to nothing, so that single
/// messages (a request and its answer) are seen at once. Now and then a pause is tried again, the more rarely the more often it was in
/// vain. In a stream that never runs dry, where the two would go in lockstep, each waiting for the line that the other has just touched, a
/// pause is made too, of a length of its own: how long the producer needs depends on how far the cores are from each other, so what did
/// not suffice is doubled, up to 4 us, or up to 16 us where a quarter of what is wanted came meanwhile; what did is shortened. If nothing
/// at all comes meanwhile there is no stream, only a caller who comes later than its messages: it is left in peace for longer and
/// longer.</para>
/// <para>Spinning. A wait that ended within the longest spinning that is ever worth while would have been worth spinning through, so the
/// budget doubles; one that took longer was not, so it shrinks. What counts is how long the wait took, not whether it parked: with a budget
/// just short of a wake-up, two processes that answer each other would each park before the other had woken, indefinitely.</para>
/// <para>Yielding. Where processes outnumber cores, whoever spins keeps away whom it waits for, and whoever parks is woken for a single
/// message. So the spinning soon offers its core to others: they fill or drain the ring meanwhile, and one switch moves hundreds of
/// messages. Where a yield hands the core to somebody who keeps it, it is left off for a while, the longer the more often.</para>
/// <para>One processor. A thread that may run on one processor only shares it with whoever it waits for, or it does not, and nothing but
/// spinning tells. So such a thread parks at once, as with <see cref="WaitPolicy.Park"/>, and now and then spins for once instead: if the
/// wait ends, and this thread has had its processor all the time, the message came from another processor, and spinning pays. It spins from
/// then on, until some waits in a row were not ended by it.</para>
/// </remarks>
internal sealed class Pacing
{
    /// <summary>
    /// Messages of a stream that should be there before the first of them is taken: so far apart, producer and consumer do not disturb each
    /// other. Of a small ring, a quarter.
    /// </summary>
    public const int MessagesToGather = 256;

    /// <summary>Messages taken without a wait that make a stream, whatever was known before.</summary>
    public const int LongRun = 256;

    /// <summary>Looks without a pause in between: an answer that is on its way arrives within these.</summary>
    public const int EagerLooks = 128;

    /// <summary>Turns of <see cref="Delay"/> between two looks after those; some 30 ns.</summary>
    public const int TurnsBetweenLooks = 64;

    /// <summary>Messages that may be taken without a pause where the last one was of no use.</summary>
    private const int MostMessagesToGathering = 8192;

    /// <summary>On one processor: waits in a row that spinning did not end, until it is given up.</summary>
    private const int MostLostSpins = 4;

    /// <summary>On one processor: waits before spinning is tried for the first time.</summary>
    private const int WaitsToFirstTrial = 16;

    /// <summary>How many waits pass before the system is asked again for the processors; they may be changed at any time.</summary>
    private const int WaitsBetweenQuestions = 1024;

    private const int FewestWaitsBetweenProbes = 64;
    private const int MostWaitsBetweenProbes = 8192;

    /// <summary>Messages in a row that make a stream: at this rate a pause costs less than the line transfers that it saves.</summary>
    private const int GoodRun = 8;

    private static readonly long s_firstPause = Stopwatch.Frequency / 4_000_000; // 250 ns
    private static readonly long s_longestPause = Stopwatch.Frequency / 2_000_000; // 500 ns
    private static readonly long s_longGathering = Stopwatch.Frequency / 250_000; // 4 us
    private static readonly long s_longestGathering = Stopwatch.Frequency / 62_500; // 16 us
    private static readonly long s_switched = Stopwatch.Frequency / 200_000; // 5 us: a yield that took longer ran somebody else
    private static readonly long s_tooLongAway = Stopwatch.Frequency / 2_000; // 500 us
    private static readonly long s_leastSpinning = Stopwatch.Frequency / 50_000; // 20 us
    private static readonly long s_mostSpinning = Stopwatch.Frequency / 5_000; // 200 us

    private readonly WaitPolicy _policy;
    private readonly int _capacity;
    private long _pause;
    private long _gathering = s_firstPause;
    private int _messagesToGathering;
    private int _waitsToProbe = FewestWaitsBetweenProbes;
    private int _waitsBetweenProbes = FewestWaitsBetweenProbes;
    private long _resumedAt;
    private long _spinning;
    private int _waitsToYield;
    private int _waitsBetweenYields = FewestWaitsBetweenProbes;
    private int _waitsToQuestion = WaitsBetweenQuestions;
    private int _waitsToTrial;
    private int _waitsBetweenTrials;
    private int _lostSpins;
    private bool _isAlone;

    /// <param name="policy">What the user asked for.</param>
    /// <param name="capacity">Slots of the ring.</param>
    public Pacing(WaitPolicy policy, int capacity)
    {
        _capacity = capacity;
        _policy = policy;
        // On one core, whoever spins keeps away whom it waits for.
        SpinsAtAll = policy != WaitPolicy.Park && ParkingPort.Current.MachineProcessors > 1;
        _spinning = s_mostSpinning / 2;
        if (Learns) AskForProcessors();
    }

    /// <summary>How long a consumer of a stream stays away now, in <see cref="Stopwatch"/> ticks.</summary>
    public long Gathering => _gathering;

    /// <summary>Whether there is any point in looking again without parking.</summary>
    public bool SpinsAtAll { get; private set; }

    /// <summary>
    /// How long a wait is tried to be ended by spinning, in <see cref="Stopwatch"/> ticks: longer than it takes to wake a peer that is
    /// parked.
    /// </summary>
    public static long TrialSpinning => s_mostSpinning;

    /// <summary>Whoever asked for spinning or for parking gets that.</summary>
    private bool Learns => _policy == WaitPolicy.Adaptive && ParkingPort.Current.MachineProcessors > 1;

    /// <summary>How long to spin after the eager looks, in <see cref="Stopwatch"/> ticks.</summary>
    public long Spinning => !SpinsAtAll ? 0 : _policy == WaitPolicy.Spin ? long.MaxValue : _spinning;

    /// <summary>A wait begins, at this position. Stays away as long as it pays; often not at all.</summary>
    /// <returns>Whether messages stream, so that it pays to let some gather.</returns>
    public bool Begin(long position)
    {
        if (!SpinsAtAll) return false;
        long run = position - _resumedAt;
        if (_pause > 0) Judge(run);
        else if (--_waitsToProbe <= 0) _pause = s_firstPause;

        Pause(_pause);
        return _pause > 0;
    }

    /// <summary>
    /// Many messages were taken without a wait. Unless so many more are there, stays away once, for as long as that should take.
    /// </summary>
    /// <param name="position">The next position to take.</param>
    /// <param name="isPublished">Whether a position's message is there.</param>
    /// <returns>The position at which to see to it again.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public long Gather(long position, Func<long, bool> isPublished)
    {
        int wanted = Math.Clamp(_capacity / 4, 1, MessagesToGather);
        long next = position + wanted;
        if (!SpinsAtAll || isPublished(next - 1)) return next;
        long missing = FirstMissing(position, next - 1, isPublished);
        Pause(_gathering);
        if (!isPublished(missing))
        {
            _messagesToGathering = Math.Clamp(_messagesToGathering * 2, LongRun, MostMessagesToGathering);
            return next + _messagesToGathering;
        }

        _messagesToGathering = 0;
        if (_pause == 0) _pause = s_firstPause;
        if (isPublished(next - 1))
        {
            _gathering = Math.Max(s_firstPause, _gathering - (_gathering / 8));
            return next;
        }

        // Of a slow stream no more will be there in time: its messages would only wait longer.
        bool isFast = isPublished(missing + Math.Max(1, wanted / 4));
        _gathering = Math.Min(_gathering * 2, isFast ? s_longestGathering : s_longGathering);
        return next;
    }

    /// <summary>By halves: each look at a line that is being written takes it from its writer.</summary>
    /// <param name="from">Where messages may be there.</param>
    /// <param name="to">Where none is.</param>
    /// <param name="isPublished">Whether a position's message is there.</param>
    private static long FirstMissing(long from, long to, Func<long, bool> isPublished)
    {
        while (from < to)
        {
            long middle = from + ((to - from) / 2);
            if (isPublished(middle)) from = middle + 1;
            else to = middle;
        }

        return to;
    }

    private static void Pause(long pause)
    {
        if (pause == 0) return;
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - began < pause) Delay(TurnsBetweenLooks);
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

    /// <summary>
    /// Whether this wait, which would park at once, is to spin first and not to offer its core to anybody, so that it shows whether
    /// spinning pays; what it showed goes to <see cref="EndTrial"/>.
    /// </summary>
    public bool BeginTrial()
    {
        if (!_isAlone || SpinsAtAll || --_waitsToTrial > 0) return false;
        _waitsToTrial = _waitsBetweenTrials;
        _waitsBetweenTrials = Math.Min(_waitsBetweenTrials * 2, MostWaitsBetweenProbes);
        return true;
    }

    /// <summary>The trial is over.</summary>
    /// <param name="pays">What was waited for came while this thread spun, and nobody else had its processor meanwhile.</param>
    public void EndTrial(bool pays)
    {
        if (!pays || !_isAlone) return;
        _lostSpins = 0;
        SpinsAtAll = true;
    }

    /// <summary>A wait that was no trial is over.</summary>
    /// <param name="spinningEndedIt">It was neither parked nor were others let in.</param>
    public void Waited(bool spinningEndedIt)
    {
        if (--_waitsToQuestion <= 0 && Learns) AskForProcessors();
        if (!_isAlone || !SpinsAtAll) return;
        if (spinningEndedIt) _lostSpins = 0;
        else if (++_lostSpins >= MostLostSpins) ParkFromNowOn();
    }

    private void AskForProcessors()
    {
        _waitsToQuestion = WaitsBetweenQuestions;
        bool isAlone = ParkingPort.Current.AllowedProcessors == 1;
        if (isAlone == _isAlone) return;
        _isAlone = isAlone;
        if (isAlone) ParkFromNowOn();
        else SpinsAtAll = true;
    }

    private void ParkFromNowOn()
    {
        SpinsAtAll = false;
        _waitsToTrial = WaitsToFirstTrial;
        _waitsBetweenTrials = FewestWaitsBetweenProbes;
    }

    /// <summary>The wait ended within its eager looks, at this position.</summary>
    public void End(long position)
    {
        _resumedAt = position;
        _lostSpins = 0;
    }

    /// <summary>The wait went on after its eager looks for so many <see cref="Stopwatch"/> ticks, and ended at this position.</summary>
    public void End(long position, long took)
    {
        _resumedAt = position;
        if (_waitsToYield > 0) _waitsToYield--;
        _spinning = took <= s_mostSpinning
            ? Math.Min(s_mostSpinning, Math.Max(_spinning, took * 2))
            : Math.Max(s_leastSpinning, _spinning - (_spinning / 4));
    }

    /// <summary>Whether to offer the core to others while spinning.</summary>
    public bool Yields => _waitsToYield == 0;

    /// <summary>Offers the core to others.</summary>
    /// <param name="progress">A word that grows with every message of anybody.</param>
    /// <returns>How long others had it, in <see cref="Stopwatch"/> ticks: not a part of the spinning.</returns>
    public long Yield(ref long progress)
    {
        long before = Volatile.Read(ref progress);
        long left = Stopwatch.GetTimestamp();
        _ = Thread.Yield();
        long away = Stopwatch.GetTimestamp() - left;
        if (away <= s_switched) return 0;
        // Away for long while no more than this ring's fill moved: it was not for the sake of this queue.
        if (away <= s_tooLongAway || Volatile.Read(ref progress) - before > _capacity)
        {
            _waitsBetweenYields = FewestWaitsBetweenProbes;
        }
        else
        {
            _waitsToYield = _waitsBetweenYields;
            _waitsBetweenYields = Math.Min(_waitsBetweenYields * 2, MostWaitsBetweenProbes);
        }

        return away;
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
