using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>
/// One process's handle: the real ring, and around it the few lines that the facade adds, with their shared accesses stepped too.
/// </summary>
internal sealed unsafe class Handle<TProducers, TConsumers, TMemory>(RingView view, IPeers peers, int process)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>The facade displaces for ever; a program that needs more rounds than this has told all it can.</summary>
    private const int MostShifts = 5;

    private readonly MessageRing<Pair, TProducers, TConsumers, TMemory> _ring = new(view, peers, new object());

    /// <summary>The word that names this handle.</summary>
    public long Owner { get; } = OwnerOf(process);

    public static long OwnerOf(int process) => new OwnerWord(process, 1).Word;

    /// <summary>As the facade takes it; for set-up and aftermath, when nobody else runs.</summary>
    public void TakeProducerRole()
    {
        if (!TProducers.IsExclusive) return;
        ref ProducerSide side = ref _ring.Producer;
        long tail = view.Tail;
        side.Next = RoleHolder.NextOfOneProducer(view, SlotLayout.Stride(sizeof(Pair)));
        if (tail >= 0 && tail < side.Next) view.Tail = side.Next;
        side.Limit = ProducerSide.NotLooked;
    }

    /// <inheritdoc cref="TakeProducerRole"/>
    public void TakeConsumerRole()
    {
        if (!TConsumers.IsExclusive) return;
        _ring.Consumer.Next = view.Head;
        _ring.Consumer.HasRole = 1;
    }

    /// <summary>Does what the call asks for, and notes in it what came of it as soon as that is known.</summary>
    public void Play(Call call, Lane* lane)
    {
        switch (call.Verb)
        {
            case Verb.Enqueue when call.Wanted == 1:
                call.Status = _ring.TryEnqueue(lane, new Pair(call.Sent[0]));
                call.Accepted = 1;
                break;
            case Verb.Enqueue:
                call.Status = _ring.TryEnqueue(lane, [.. call.Sent.Select(v => new Pair(v))], out int sent);
                call.Accepted = sent;
                break;
            case Verb.Commit or Verb.Abandon:
                WriteInPlace(call, lane);
                break;
            case Verb.Shift:
                Shift(call, lane);
                break;
            case Verb.Dequeue when call.Wanted == 1:
                call.Status = _ring.TryDequeue(out Pair one);
                if (call.Status == RingStatus.Done) Note(call, one);
                break;
            case Verb.Dequeue:
                Span<Pair> batch = stackalloc Pair[call.Wanted];
                call.Status = _ring.TryDequeue(batch, out int taken);
                foreach (Pair pair in batch[..taken]) Note(call, pair);
                break;
            case Verb.Take:
                RentingReader taking = default;
                call.Status = _ring.TryTake(ref taking);
                if (call.Status == RingStatus.Done) Note(call, taking.Kept);
                break;
            case Verb.Read:
                ReadInPlace(call);
                break;
            case Verb.Peek:
                RentingReader peeking = default;
                call.Status = _ring.TryPeek(ref peeking);
                if (call.Status == RingStatus.Done) Note(call, peeking.Kept);
                break;
            case Verb.Investigate:
                call.Status = _ring.Investigate();
                break;
            case Verb.Complete:
                Complete();
                break;
            default:
                throw new NotSupportedException($"{call.Verb}");
        }

        if (call.Status == RingStatus.Completing) throw new FailedCallException("Another thread of this process completes.");
        if (call.Status == RingStatus.Corrupt) throw new InvalidOperationException("A whole ring is called corrupt.");
        if (call.Status is RingStatus.Busy or RingStatus.NoRole or RingStatus.Closed)
            throw new InvalidOperationException($"The program came to {call.Status}.");
    }

    /// <summary>As LaneTable takes one: a free lane or a dead process's; taking it forgets the dead one's intent.</summary>
    public Lane* TakeLane(int lanes)
    {
        for (int i = 0; i < lanes; i++)
        {
            Lane* lane = view.Lanes + i;
            long owner = TMemory.LoadAcquire(ref lane->Owner);
            if (owner != 0 && peers.IsAlive(owner)) continue;
            if (!TMemory.CompareAndSwap(ref lane->Owner, owner, Owner)) continue;
            TMemory.StoreRelease(ref lane->First, 0);
            return lane;
        }

        throw new InvalidOperationException("No lane is left.");
    }

    private static void Note(Call call, in Pair pair)
    {
        if (!pair.IsWhole) throw new InvalidOperationException($"A message came torn: {pair.Value} and {~pair.Complement}.");
        call.Got.Add(pair.Value);
    }

    private void WriteInPlace(Call call, Lane* lane)
    {
        call.Accepted = 1;
        call.Status = _ring.TryClaim(lane, out long position, out byte* message);
        if (call.Status != RingStatus.Done) return;
        TMemory.Write(message, new Pair(call.Sent[0]));
        if (call.Verb == Verb.Commit) _ring.Publish(lane, position);
        else _ring.Abandon(lane, position);
    }

    /// <summary>As a caller does: what it was overtaken in it reads anew.</summary>
    private void ReadInPlace(Call call)
    {
        Span<Pair> copies = stackalloc Pair[call.Wanted];
        int count;
        do
        {
            call.Status = _ring.TryRead(call.Wanted, out long first, out count);
            if (call.Status != RingStatus.Done) return;
            for (int i = 0; i < count; i++)
            {
                byte* slot = view.Slots + (((first + i) & view.Mask) * SlotLayout.Stride(sizeof(Pair)));
                TMemory.Read(slot + SlotLayout.WordSize, out copies[i]);
            }

            call.Status = _ring.TryRelease(first, count);
        }
        while (call.Status == RingStatus.Blocked);

        if (call.Status == RingStatus.Taken) throw new InvalidOperationException("What nobody else can take was taken.");
        foreach (Pair pair in copies[..count]) Note(call, pair);
    }

    private void Shift(Call call, Lane* lane)
    {
        call.Accepted = 1;
        for (int i = 0; i < MostShifts; i++)
        {
            call.Status = _ring.TryEnqueue(lane, new Pair(call.Sent[0]));
            if (call.Status != RingStatus.Blocked) return;
            RentingReader reader = default;
            RingStatus status = _ring.TryClaimDisplacing(lane, ref reader, out long position, out byte* message, out bool dropped);
            // The caller gets one message: what was displaced before it would be nobody's.
            if (dropped) call.Got.Clear();
            if (dropped) Note(call, reader.Kept);
            if (position != 0)
            {
                call.Status = RingStatus.Done;
                TMemory.Write(message, new Pair(call.Sent[0]));
                _ring.Publish(lane, position);
                return;
            }

            if (status is RingStatus.Done or RingStatus.Blocked) continue;
            call.Status = status;
            return;
        }

        call.Status = RingStatus.Blocked;
    }

    /// <summary>
    /// As the facade does it, under the lock that threads wait for; here one that would wait gives up, as if its call had thrown.
    /// </summary>
    private void CompleteAsOneProducer()
    {
        if (!_ring.TryBeginCompleting()) throw new FailedCallException("Another thread of this process completes.");
        try
        {
            if (!_ring.TryComplete()) throw new FailedCallException("A call is in flight.");
        }
        finally
        {
            _ring.EndCompleting();
        }
    }

    private void Complete()
    {
        if (TProducers.IsExclusive)
        {
            CompleteAsOneProducer();
            return;
        }

        // The facade's is one instruction; whoever is between the load and the swap here is merely late.
        long tail;
        do tail = TMemory.LoadAcquire(ref view.Tail);
        while (!TMemory.CompareAndSwap(ref view.Tail, tail, tail | Segment.CompletedBit));
    }
}
