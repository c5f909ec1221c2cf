using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>One run of one program by one schedule, and what its survivors find afterwards.</summary>
internal sealed unsafe class Trial<TProducers, TConsumers, TMemory>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    private const int Newcomer = 40, NewcomersLane = 6, FillersLane = 7, MostIdleLooks = 3;

    private readonly ProgramText _program;
    private readonly RingView _view;
    private readonly Scheduler _scheduler;
    private readonly Peers _peers;
    private readonly Handle<TProducers, TConsumers, TMemory>[] _handles;
    private readonly List<Call> _calls = [];
    private int _clock;

    public Trial(ProgramText program, Board board, Decisions decisions, Bounds bounds, bool mistakesTheLiving)
    {
        _program = program;
        board.Reset(program.Threads.Count);
        _view = board.View;
        _scheduler = new Scheduler(board, decisions, bounds, _ => true);
        _peers = new Peers(_scheduler, mistakesTheLiving);
        Fill();
        _handles = [.. Enumerable.Range(0, program.Processes).Select(Join)];
        for (int i = 0; i < program.Threads.Count; i++)
        {
            int index = i;
            if (!program.Threads[i].Joins) (_view.Lanes + i)->Owner = _handles[program.Threads[i].Process].Owner;
            _scheduler.Add(program.Threads[i].Process, () => Play(index));
        }
    }

    public IReadOnlyList<Call> Calls => _calls;

    public IReadOnlyList<long> Initial { get; private set; } = [];

    public IReadOnlyList<string> Trace => _scheduler.Trace;

    public int Deaths => _scheduler.Deaths;

    public int Throws => _scheduler.Throws;

    /// <summary>What happened, for the memory of histories that were checked before.</summary>
    public string HistoryKey => string.Join('\n', _calls);

    private bool Completed => _view.Tail < 0;

    /// <exception cref="InvalidOperationException">It went wrong.</exception>
    public void Run()
    {
        _scheduler.Run();
        _scheduler.RunAlone(GoOn);
    }

    private void GoOn()
    {
        Handle<TProducers, TConsumers, TMemory> newcomer = new(_view, _peers, Newcomer);
        (_view.Lanes + NewcomersLane)->Owner = newcomer.Owner;
        Handle<TProducers, TConsumers, TMemory>? survivor = Survivor(TConsumers.IsExclusive ? t => t.Consumes : _ => true);
        if (survivor == null) newcomer.TakeConsumerRole();
        Drain(survivor ?? newcomer);
        Check();
        PassMore(newcomer, survivor ?? newcomer);
        if (!TConsumers.IsExclusive) PassMore(newcomer, newcomer);
    }

    /// <summary>Every slot has been used before, then the ring is filled as far as the program wants it.</summary>
    private void Fill()
    {
        Handle<TProducers, TConsumers, TMemory> filler = new(_view, _peers, Newcomer + 1);
        filler.TakeProducerRole();
        filler.TakeConsumerRole();
        for (int i = 0; i < _program.Capacity; i++)
        {
            filler.Play(new Call(-1, Verb.Enqueue, [800 + i], 1, 0), _view.Lanes + FillersLane);
            filler.Play(new Call(-1, Verb.Dequeue, [], 1, 0), null);
        }

        Initial = [.. Enumerable.Range(0, _program.Filled).Select(i => 900L + i)];
        foreach (long value in Initial) filler.Play(new Call(-1, Verb.Enqueue, [value], 1, 0), _view.Lanes + FillersLane);
    }

    private Handle<TProducers, TConsumers, TMemory> Join(int process)
    {
        Handle<TProducers, TConsumers, TMemory> handle = new(_view, _peers, process);
        if (_program.Threads.Any(t => t.Process == process && t.Produces)) handle.TakeProducerRole();
        if (_program.Threads.Any(t => t.Process == process && t.Consumes)) handle.TakeConsumerRole();
        return handle;
    }

    private void Play(int index)
    {
        ProgramText.Thread thread = _program.Threads[index];
        Handle<TProducers, TConsumers, TMemory> handle = _handles[thread.Process];
        Lane* lane = _view.Lanes + index;
        long next = (index + 1) * 100;
        foreach ((Verb verb, int count) in thread.Orders)
        {
            if (verb == Verb.Join)
            {
                lane = TakeLane(handle);
                continue;
            }

            bool sends = verb is Verb.Enqueue or Verb.Commit or Verb.Abandon or Verb.Shift;
            long[] values = sends ? [.. Enumerable.Range(0, count).Select(_ => next++)] : [];
            Do(handle, new Call(index, verb, values, count, ++_clock), lane);
        }
    }

    /// <summary>If it throws, the caller's next call takes one.</summary>
    private Lane* TakeLane(Handle<TProducers, TConsumers, TMemory> handle)
    {
        while (true)
        {
            try
            {
                return handle.TakeLane(_program.Threads.Count);
            }
            catch (FailedCallException)
            {
                // It has taken none.
            }
        }
    }

    private void Do(Handle<TProducers, TConsumers, TMemory> handle, Call call, Lane* lane)
    {
        _calls.Add(call);
        try
        {
            handle.Play(call, lane);
        }
        catch (FailedCallException)
        {
            call.HasThrown = true;
        }

        call.End = ++_clock;
    }

    private Handle<TProducers, TConsumers, TMemory>? Survivor(Func<ProgramText.Thread, bool> isFit)
    {
        ProgramText.Thread? thread = _program.Threads.FirstOrDefault(t => isFit(t) && !_scheduler.IsDead(t.Process));
        return thread == null ? null : _handles[thread.Process];
    }

    /// <summary>A survivor takes what is left, looking closer where a message is missing, as one that parks would.</summary>
    private void Drain(Handle<TProducers, TConsumers, TMemory> consumer)
    {
        for (int idle = 0; idle < MostIdleLooks;)
        {
            Call look = new(_program.Threads.Count, Verb.Dequeue, [], 1, ++_clock);
            Do(consumer, look, null);
            if (look.Status == RingStatus.Done) continue;
            Call closer = new(_program.Threads.Count, Verb.Investigate, [], 1, ++_clock);
            consumer.Play(closer, null);
            if (closer.Status == RingStatus.Completed) break;
            if (closer.Status == RingStatus.Blocked) idle++;
            if (_clock > 1000) throw new InvalidOperationException("A survivor does not come to the end of what was sent.");
        }

        long end = TProducers.IsExclusive
            ? RoleHolder.NextOfOneProducer(_view, SlotLayout.Stride(sizeof(Pair)))
            : _view.Tail & ~Segment.CompletedBit;
        if (_view.Head != end)
            throw new InvalidOperationException($"A survivor is stuck at position {_view.Head}, and {end} is the next to claim.");
    }

    private void Check()
    {
        if (_calls.Exists(c => c is { Verb: Verb.Complete, IsPending: false, HasThrown: false }) && !Completed)
            throw new InvalidOperationException("A call completed the queue, and it is not completed.");
        int lost = _calls.Where(c => c.IsPending).Sum(c => c.Sent.Length);
        if (_view.Recovered > lost || TProducers.IsExclusive && _view.Recovered > 0)
            throw new InvalidOperationException($"{_view.Recovered} claims were taken for a dead process's, and {lost} were.");
        int displaced = _calls.Where(c => c.Verb == Verb.Shift).Sum(c => c.Got.Count);
        int shifted = _calls.Count(c => c.Verb == Verb.Shift && (c.IsPending || c.HasThrown || c.Status == RingStatus.Done));
        if (displaced > shifted) throw new InvalidOperationException($"{displaced} were displaced for the {shifted} that were sent.");
        if (Deaths > 0) return;
        int abandoned = TProducers.IsExclusive ? 0 : _calls.Count(c => c is { Verb: Verb.Abandon, Status: RingStatus.Done });
        if ((_view.Abandoned, _view.Skipped, _view.Displaced) != (abandoned, abandoned, displaced))
            throw new InvalidOperationException($"Counted: abandoned {_view.Abandoned}, passed {_view.Skipped}, displaced "
                + $"{_view.Displaced}; in truth {abandoned}, {abandoned}, {displaced}.");
    }

    /// <summary>The ring is as good as new: every slot of it can be filled and emptied once more.</summary>
    private void PassMore(Handle<TProducers, TConsumers, TMemory> newcomer, Handle<TProducers, TConsumers, TMemory> consumer)
    {
        Handle<TProducers, TConsumers, TMemory>? survivor = TProducers.IsExclusive ? Survivor(t => t.Produces) : null;
        if (survivor == null) newcomer.TakeProducerRole();
        Handle<TProducers, TConsumers, TMemory> producer = survivor ?? newcomer;
        for (int i = 0; i <= _program.Capacity; i++)
        {
            Call send = new(-1, Verb.Enqueue, [700 + i], 1, 0);
            producer.Play(send, _view.Lanes + NewcomersLane);
            RingStatus expected = Completed ? RingStatus.Completed : i < _program.Capacity ? RingStatus.Done : RingStatus.Blocked;
            if (send.Status != expected)
                throw new InvalidOperationException($"After the program, message {i} of {_program.Capacity} slots came to {send.Status} "
                    + $"and not {expected}.");
        }

        for (int i = 0; i < _program.Capacity && !Completed; i++)
        {
            Call take = new(-1, Verb.Dequeue, [], 1, 0);
            consumer.Play(take, null);
            if (take.Status != RingStatus.Done || take.Got[0] != 700 + i)
                throw new InvalidOperationException($"After the program, message {i} came as {take}.");
        }
    }
}
