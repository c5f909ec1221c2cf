using TypedShmQueue.Async;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>A wait ends when it should, also where there always seems to be something, and others are always faster.</summary>
public sealed class WaitLoopTests : IDisposable
{
    private readonly QueueFolder _folder = new();
    private readonly TypedQueue<Parcel, ManyProducers, ManyConsumers> _queue;

    public WaitLoopTests() => _queue = _folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(
        Contracts.Parcel<ManyProducers, ManyConsumers>(), ShmQueueName.NewUnique(), _folder.Options));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_looks_again_and_again_ends_at_the_deadline() => Testing.Worker.Run(() =>
        Run(Deadline.After(TimeSpan.FromMilliseconds(20)), CancellationToken.None).ShouldBeFalse());

    [Fact]
    public void Who_looks_again_and_again_ends_when_it_is_cancelled() => Testing.Worker.Run(() =>
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(20));
        Should.Throw<OperationCanceledException>(() => Run(Deadline.Never, source.Token));
    });

    private bool Run(Deadline deadline, CancellationToken cancellationToken)
    {
        NeverFirst call = default;
        return WaitLoop.Run(new Restless(_queue.Core), ref call, passesOver: false, deadline, completedIsFalse: true, cancellationToken);
    }

    /// <summary>Others take whatever there is.</summary>
    private readonly struct NeverFirst : IWaitingCall
    {
        public RingStatus Try() => RingStatus.Blocked;
    }

    /// <summary>Where there always seems to be something.</summary>
    private sealed class Restless(QueueCore handle) : ConsumerEnd(handle, handle.Session.NewPacing(), static _ => false)
    {
        private long _gatherAt;
        private HeldUp _heldUp;

        public override AsyncGate Line => throw new NotSupportedException();

        public override long Position => 0;

        protected override ref long GatherAt => ref _gatherAt;

        public override RingStatus Find() => RingStatus.Blocked;

        protected override ref HeldUp HeldUp => ref _heldUp;

        protected override RingStatus InvestigateRing() => RingStatus.Done;

        public override void Resolve(RingStatus status) => throw new NotSupportedException($"{status}");

        public override void PassWakeOn(bool done)
        {
        }
    }
}
