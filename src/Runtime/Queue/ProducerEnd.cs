using TypedShmQueue.Async;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>The end of a handle that sends.</summary>
internal abstract class ProducerEnd : WaitingEnd
{
    protected ProducerEnd(QueueCore handle)
        : base(handle, handle.Session.NotFull, handle.Session.ProducerPacing, "enqueue") =>
        Line = new AsyncGate(handle.Session.NotFull, () => FindRoom() == RingStatus.Done);

    public override AsyncGate Line { get; }

    /// <summary>Whether producers make room themselves, a part of the ring at a time, because no consumer does.</summary>
    public abstract bool MakesRoom { get; }

    /// <summary>Whether a slot is free. Done: there is one. Completed or Closed: there will never be one for this handle.</summary>
    public abstract RingStatus FindRoom();

    /// <summary>
    /// Makes room if nobody loses by it. Done: there is room, or may be; look again. Blocked: there is none, or it is not for producers to
    /// make.
    /// </summary>
    public abstract RingStatus TryMakeRoom();

    public override void PassWakeOn(bool done) => Target.Gate.Wake(1);

    protected override RingStatus LookInto(bool closely) => closely ? Investigate() : TryMakeRoom();
}
