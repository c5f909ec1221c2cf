using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Broadcast;

/// <summary>
/// One run of one broadcast program by one schedule. A thread whose orders begin with b or l subscribes in the run; one that only takes has
/// a subscription from before. Each subscription's account must be right, and all must tell the same order.
/// </summary>
internal sealed unsafe class BroadcastTrial<TProducers, TMemory> : ITrial
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    private const int Newcomer = 40, NewcomersLane = 6, FillersLane = 7, MostIdleLooks = 3;

    private readonly ProgramText _program;
    private readonly Board _board;
    private readonly RingView _view;
    private readonly Scheduler _scheduler;
    private readonly Peers _peers;
    private readonly Dictionary<int, BroadcastSender<TProducers, TMemory>> _senders = [];
    private readonly Listener<TMemory>?[] _listeners;
    private readonly HashSet<long> _nothing = [];
    private readonly bool _shifts;

    /// <summary>Calls that displace and have sent, or died in it.</summary>
    private int _shifting;

    public BroadcastTrial(ProgramText program, Board board, Decisions decisions, Bounds bounds, bool mistakesTheLiving)
    {
        _program = program;
        _board = board;
        board.Reset(program.Threads.Count);
        _view = board.View;
        _scheduler = new Scheduler(board, decisions, bounds, _ => true);
        _peers = new Peers(_scheduler, mistakesTheLiving);
        _shifts = program.Threads.Any(t => t.Displaces);
        _listeners = new Listener<TMemory>?[program.Threads.Count];
        Fill();
        for (int i = 0; i < program.Threads.Count; i++)
        {
            int index = i, process = program.Threads[i].Process;
            (_view.Lanes + i)->Owner = OwnerOf(process);
            if (program.Threads[i].Produces && !_senders.ContainsKey(process)) _senders.Add(process, NewSender());
            _scheduler.Add(process, () => Play(index));
        }
    }

    public IReadOnlyList<string> Trace => _scheduler.Trace;

    private bool Completed => _view.Tail < 0;

    public int Deaths => _scheduler.Deaths;

    public int Throws => _scheduler.Throws;

    public void Run()
    {
        _scheduler.Run();
        _scheduler.RunAlone(GoOn);
    }

    private static long OwnerOf(int process) => new OwnerWord(process, 1).Word;

    private static void Complete(ref long tail)
    {
        // The facade's is one instruction; whoever is between the load and the swap here is merely late.
        long seen;
        do seen = TMemory.LoadAcquire(ref tail);
        while (!TMemory.CompareAndSwap(ref tail, seen, seen | Segment.CompletedBit));
    }

    private BroadcastSender<TProducers, TMemory> NewSender()
    {
        BroadcastSender<TProducers, TMemory> sender = new(_board, _peers);
        sender.TakeRole();
        return sender;
    }

    private Listener<TMemory> NewListener(int index, bool lossy) =>
        new(_view, _board.Subscriptions, index, _program.Threads[index].Process, _peers, TProducers.IsExclusive, lossy);

    /// <summary>
    /// Every slot has been used before; then those who only take subscribe, and the ring is filled as far as the program wants it.
    /// </summary>
    private void Fill()
    {
        BroadcastSender<TProducers, TMemory> filler = NewSender();
        Lane* lane = _view.Lanes + FillersLane;
        for (int i = 0; i < _program.Capacity; i++) _ = filler.Send(lane, 800 + i);
        // Those are of no use to anybody: head moves past them, as if all had been taken.
        _view.Head = _view.Tail;
        _view.Floor = FloorWord.Of(_view.Head, 0).Word;
        for (int i = 0; i < _program.Threads.Count; i++)
        {
            ProgramText.Thread thread = _program.Threads[i];
            if (!thread.Consumes || thread.Orders[0].Verb is Verb.Subscribe or Verb.SubscribeLossy) continue;
            _listeners[i] = NewListener(i, lossy: false);
            _listeners[i]!.Begin(OwnerOf(thread.Process));
        }

        for (int i = 0; i < _program.Filled; i++) _ = filler.Send(lane, 900 + i);
    }

    private void Play(int index)
    {
        ProgramText.Thread thread = _program.Threads[index];
        long next = (index + 1) * 100;
        foreach ((Verb verb, int count) in thread.Orders)
        {
            try
            {
                Play(index, verb, count, ref next);
            }
            catch (FailedCallException)
            {
                // Its caller lives on, and makes its next call.
            }
        }
    }

    private void Play(int index, Verb verb, int count, ref long next)
    {
        ProgramText.Thread thread = _program.Threads[index];
        Lane* lane = _view.Lanes + index;
        switch (verb)
        {
            case Verb.Enqueue:
                _ = _senders[thread.Process].Send(lane, next++);
                break;
            case Verb.Shift:
                _shifting++;
                if (_senders[thread.Process].Shift(lane, next++) != RingStatus.Done) _shifting--;
                break;
            case Verb.Complete:
                Complete(ref _view.Tail);
                break;
            case Verb.Abandon when _senders[thread.Process].Abandon(lane) is not 0 and var position:
                _nothing.Add(position);
                break;
            case Verb.Subscribe or Verb.SubscribeLossy:
                Listener<TMemory> begins = NewListener(index, verb == Verb.SubscribeLossy);
                _listeners[index] = begins;
                begins.Begin(OwnerOf(thread.Process));
                break;
            case Verb.Unsubscribe:
                _listeners[index]!.End();
                break;
            case Verb.Dequeue:
                _ = _listeners[index]!.Take(count);
                break;
            case Verb.Take:
                _listeners[index]!.TakeByReader();
                break;
            case Verb.Peek:
                _listeners[index]!.PeekAndTake();
                break;
            case Verb.Investigate:
                _listeners[index]!.Investigate();
                break;
            case Verb.Abandon:
                break;
            default:
                throw new NotSupportedException($"{verb}");
        }
    }

    /// <summary>The survivors take the rest; then as many messages as the ring has slots, and one more, come to each of them.</summary>
    private void GoOn()
    {
        Listener<TMemory>[] alive = [.. _listeners.OfType<Listener<TMemory>>().Where(l => !_scheduler.IsDead(l.Process) && !l.HasEnded)];
        foreach (Listener<TMemory> listener in alive) Drain(listener);
        foreach (Listener<TMemory> listener in alive) Check(listener);
        CheckOrder();
        if (_view.Displaced > _shifting)
            throw new InvalidOperationException($"{_view.Displaced} were displaced for the {_shifting} that were sent.");
        if (Completed) return;

        (_view.Lanes + NewcomersLane)->Owner = OwnerOf(Newcomer);
        BroadcastSender<TProducers, TMemory> sender = NewSender();
        for (int i = 0; i <= _program.Capacity; i++)
        {
            long value = 700 + i;
            if (sender.Send(_view.Lanes + NewcomersLane, value) != RingStatus.Done)
                throw new InvalidOperationException($"After the program, message {i} of {_program.Capacity} slots is held back, and nobody "
                    + $"lags.");
            foreach (Listener<TMemory> listener in alive)
            {
                Drain(listener);
                if (listener.Got[^1].Value != value) throw new InvalidOperationException($"After the program, message {i} did not come.");
            }
        }
    }

    private void Drain(Listener<TMemory> listener)
    {
        for (int idle = 0; idle < MostIdleLooks;)
        {
            if (listener.Take(1) == RingStatus.Done) continue;
            RingStatus closer = listener.Ring.Investigate();
            if (closer == RingStatus.Completed) break;
            if (closer == RingStatus.Blocked) idle++;
        }

        long end = TProducers.IsExclusive
            ? RoleHolder.NextOfOneProducer(_view, SlotLayout.Stride(sizeof(Pair)))
            : _view.Tail & ~Segment.CompletedBit;
        if (listener.Ring.Position != end)
            throw new InvalidOperationException($"A subscription is stuck at position {listener.Ring.Position}, and {end} is the next to "
                + $"claim.");
    }

    /// <summary>What came and what was missed is what was sent; nothing is missed by who is waited for.</summary>
    private void Check(Listener<TMemory> listener)
    {
        long missed = listener.Ring.Missed;
        if (missed != 0 && !listener.Lossy && !_shifts)
            throw new InvalidOperationException($"A subscription that is waited for missed {missed}.");
        long positions = listener.Ring.Position - listener.First;
        long messages = positions - _nothing.Count(p => p >= listener.First && p < listener.Ring.Position);
        long account = listener.Got.Count + missed;
        // A claim of the dead may have become a position without a message.
        if (account > messages || account < messages - Deaths)
            throw new InvalidOperationException($"A subscription got {listener.Got.Count} and missed {missed}, of {messages} messages.");
    }

    private void CheckOrder()
    {
        Dictionary<long, long> order = [];
        foreach (Listener<TMemory>? listener in _listeners)
        {
            if (listener == null) continue;
            foreach ((long position, long value) in listener.Got)
            {
                if (position >= 0 && !order.TryAdd(position, value) && order[position] != value)
                    throw new InvalidOperationException($"Position {position} was {order[position]} to one subscriber and {value} to "
                        + $"another.");
            }

            foreach (IGrouping<long, long> producer in listener.Got.Select(g => g.Value).GroupBy(v => v / 100))
            {
                if (!producer.SequenceEqual(producer.Distinct().Order()))
                    throw new InvalidOperationException("A producer's messages came doubled, or not in its order.");
            }
        }
    }
}
