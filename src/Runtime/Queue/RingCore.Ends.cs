using TypedShmQueue.Async;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <content>The two ends of a handle.</content>
internal sealed unsafe partial class RingCore<T, TProducers, TConsumers>
{
    ConsumerEnd IReadableSlots<T>.Reader => Consumers;

    /// <summary>Finds messages to be read in their slots. Precondition: one consumer.</summary>
    RingStatus IReadableSlots<T>.TryFind(int most, out SlotReader<T> reader)
    {
        RingStatus status = _ring.TryRead(most, out long first, out int count);
        reader = status == RingStatus.Done ? new SlotReader<T>(this, _session.Ring, first, count) : default;
        return status;
    }

    bool IReadableSlots<T>.Release(long first, int count)
    {
        RingStatus status = _ring.TryRelease(first, count);
        if (status == RingStatus.Done) Took(count);
        else if (status != RingStatus.Blocked) Consumers.Resolve(status);
        return status == RingStatus.Done;
    }

    private sealed class Producing(RingCore<T, TProducers, TConsumers> core) : ProducerEnd(core)
    {
        public override long Position => core._ring.ProducerPosition;

        public override bool MakesRoom => TConsumers.IsBroadcast;

        public override RingStatus FindRoom() => core._ring.FindRoom();

        public override RingStatus TryMakeRoom(bool waits) =>
            TConsumers.IsBroadcast ? core.MakeRoom(asks: false, waits) : RingStatus.Blocked;

        public override RingStatus Investigate() => TConsumers.IsBroadcast ? core.MakeRoom(asks: true, waits: true) : RingStatus.Blocked;

        /// <summary>Producers of a plain queue wait for consumers, and those pass what is in their way.</summary>
        public override TimeSpan LongestPark =>
            core._gating is { ClaimMetAt: not 0 and var since } ? ParkLength.AtClaim(since) : ParkLength.Longest;

        public override void Resolve(RingStatus status) => core.Resolve(status, producing: true);
    }

    private sealed class Consuming : ConsumerEnd
    {
        private readonly RingCore<T, TProducers, TConsumers> _core;

        public Consuming(RingCore<T, TProducers, TConsumers> core)
            : base(core, core.Session.ConsumerPacing, core._ring.IsPublished)
        {
            _core = core;
            Line = new AsyncGate(core.Session.NotEmpty, () => core._ring.MayHoldMore, () => LongestPark);
        }

        public override AsyncGate Line { get; }

        public override long Position => _core._ring.ConsumerPosition;

        protected override ref long GatherAt => ref _core._ring.Consumer.GatherAt;

        protected override ref HeldUp HeldUp => ref _core._ring.Consumer.HeldUp;

        public override RingStatus Find()
        {
            NoReader nothing = default;
            return _core._ring.TryPeek(ref nothing, out _);
        }

        protected override RingStatus InvestigateRing() => _core._ring.Investigate();

        public override void Resolve(RingStatus status) => _core.Resolve(status, producing: false);

        /// <summary>One wake may stand for several messages, if the first of them was published last.</summary>
        public override void PassWakeOn(bool done)
        {
            if (!done || _core._ring.MayHoldMore) Target.Gate.Wake(1);
        }
    }
}
