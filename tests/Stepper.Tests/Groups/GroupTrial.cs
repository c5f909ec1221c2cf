using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;
using TypedShmQueue.Stepper.Tests.Broadcast;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Groups;

/// <summary>
/// One run of one program of a consumer group by one schedule: producers with the real ring and gating, members with the real group. Then
/// the survivors settle what they hold, a newcomer takes the rest, and everything must have been acknowledged once.
/// </summary>
internal sealed unsafe class GroupTrial<TProducers, TMemory> : ITrial
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    public const long Timeout = 100;

    private const int Newcomer = 40, NewcomersLane = 6, FillersLane = 7, MostIdleLooks = 4, LongWait = 1000;

    private readonly ProgramText _program;
    private readonly Board _board;
    private readonly RingView _view;
    private readonly Scheduler _scheduler;
    private readonly Peers _peers;
    private readonly GroupBook _book;
    private readonly bool _mayBeSlow;
    private readonly Dictionary<int, BroadcastSender<TProducers, TMemory>> _senders = [];
    private readonly Dictionary<int, Member<TMemory>> _members = [];
    private readonly List<long> _sent = [];

    public GroupTrial(ProgramText program, Board board, Decisions decisions, Bounds bounds, bool mistakesTheLiving, bool readsTooLate)
    {
        _program = program;
        _board = board;
        board.Reset(program.Threads.Count);
        _view = board.View;
        _scheduler = new Scheduler(board, decisions, bounds, _ => true);
        _peers = new Peers(_scheduler, mistakesTheLiving);
        _mayBeSlow = program.Threads.Any(t => t.Orders.Any(o => o.Verb == Verb.Wait));
        _book = new GroupBook(_scheduler.IsDead, _mayBeSlow);
        Fill();
        for (int i = 0; i < program.Threads.Count; i++)
        {
            int index = i, process = program.Threads[i].Process;
            (_view.Lanes + i)->Owner = OwnerOf(process);
            if (program.Threads[i].Produces && !_senders.ContainsKey(process)) _senders.Add(process, NewSender());
            if (!_members.ContainsKey(process))
            {
                Member<TMemory> member = NewMember(process, readsTooLate);
                if (!program.Threads[i].Joins) member.Own(_members.Count * Member<TMemory>.Entries);
                member.LookedAt(_scheduler.Milliseconds);
                _members.Add(process, member);
            }

            _scheduler.Add(process, () => Play(index));
        }
    }

    public IReadOnlyList<string> Trace => _scheduler.Trace;

    public int Deaths => _scheduler.Deaths;

    public int Throws => _scheduler.Throws;

    public void Run()
    {
        _scheduler.Run();
        _scheduler.RunAlone(GoOn);
    }

    private static long OwnerOf(int process) => new OwnerWord(process, 1).Word;

    private BroadcastSender<TProducers, TMemory> NewSender()
    {
        BroadcastSender<TProducers, TMemory> sender = new(_board, _peers);
        sender.TakeRole();
        return sender;
    }

    private Member<TMemory> NewMember(int process, bool readsTooLate = false) =>
        new(_board, process, OwnerOf(process), _peers, TProducers.IsExclusive, _mayBeSlow ? Timeout : 0, _book)
        {
            ReadsTooLate = readsTooLate,
        };

    /// <summary>Every slot has been used before; then the group begins, and the ring is filled as far as the program wants it.</summary>
    private void Fill()
    {
        BroadcastSender<TProducers, TMemory> filler = NewSender();
        Lane* lane = _view.Lanes + FillersLane;
        _board.Groups.Records->State = 0;
        for (int i = 0; i < _program.Capacity; i++) _ = filler.Send(lane, 800 + i);
        _view.Head = _view.Tail;
        _view.Floor = FloorWord.Of(_view.Head, 0).Word;
        _board.BeginGroupAt(_view.Head);
        for (int i = 0; i < _program.Filled; i++) Send(filler, lane, 900 + i);
    }

    private void Send(BroadcastSender<TProducers, TMemory> sender, Lane* lane, long value)
    {
        if (sender.Send(lane, value) == RingStatus.Done) _sent.Add(value);
    }

    private void Play(int index)
    {
        long next = (index + 1) * 100;
        foreach ((Verb verb, int count) in _program.Threads[index].Orders)
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
        int process = _program.Threads[index].Process;
        Lane* lane = _view.Lanes + index;
        switch (verb)
        {
            case Verb.Enqueue: Send(_senders[process], lane, next++); break;
            case Verb.Abandon: _ = _senders[process].Abandon(lane); break;
            case Verb.Shift:
                long value = next++;
                if (_senders[process].Shift(lane, value) == RingStatus.Done) _sent.Add(value);
                break;
            case Verb.Complete: Complete(); break;
            case Verb.Join: _members[process].Join(); break;
            case Verb.Dequeue: _ = _members[process].Take(count); break;
            case Verb.Investigate: _ = _members[process].Investigate(); break;
            case Verb.Acknowledge: _members[process].Settle(count, done: true); break;
            case Verb.GiveBack: _members[process].Settle(count, done: false); break;
            case Verb.Wait: _scheduler.Milliseconds += LongWait; break;
            default: throw new NotSupportedException($"{verb}");
        }
    }

    private void Complete()
    {
        long seen;
        do seen = TMemory.LoadAcquire(ref _view.Tail);
        while (!TMemory.CompareAndSwap(ref _view.Tail, seen, seen | Segment.CompletedBit));
    }

    private long CountUnfinished() => GroupCursor.CountUnfinished<TMemory>(_view, _board.Groups, 0, _board.Stride,
        _view.Tail & ~Segment.CompletedBit);

    private void GoOn()
    {
        foreach (Member<TMemory> member in _members.Values.Where(m => !_scheduler.IsDead(m.Process)))
        {
            member.CheckMarks();
            member.SettleAll();
        }

        Member<TMemory> newcomer = NewMember(Newcomer);
        newcomer.Join();
        Drain(newcomer);
        HashSet<long> done = _book.Acknowledged;
        long[] lost = [.. _sent.Where(v => !done.Contains(v))];
        if (lost.Length > 0) throw new InvalidOperationException($"Sent and not delivered to anybody who lived: {string.Join(' ', lost)}.");
        if (CountUnfinished() is > 0 and var left)
            throw new InvalidOperationException($"{left} messages are never finished.");
        if (_view.Tail < 0) return;

        (_view.Lanes + NewcomersLane)->Owner = OwnerOf(Newcomer);
        BroadcastSender<TProducers, TMemory> sender = NewSender();
        for (int i = 0; i <= _program.Capacity; i++)
        {
            if (sender.Send(_view.Lanes + NewcomersLane, 700 + i) != RingStatus.Done)
                throw new InvalidOperationException($"After the program, message {i} of {_program.Capacity} slots is held back by nobody.");
            Drain(newcomer);
            if (!_book.Acknowledged.Contains(700 + i)) throw new InvalidOperationException($"After the program, message {i} did not come.");
        }
    }

    private void Drain(Member<TMemory> member)
    {
        RingStatus last = RingStatus.Blocked;
        for (int idle = 0; idle < MostIdleLooks && last != RingStatus.Completed;)
        {
            last = member.Take(1);
            if (last == RingStatus.Done) member.SettleAll();
            else if ((last = member.Investigate()) == RingStatus.Blocked) idle++;
            _scheduler.Milliseconds++;
        }

        if (_view.Tail < 0 && last != RingStatus.Completed) throw new InvalidOperationException("All is settled, and it is not the end.");
    }
}
