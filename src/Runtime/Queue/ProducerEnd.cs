using TypedShmQueue.Async;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>The end of a handle that sends.</summary>
internal abstract class ProducerEnd : WaitingEnd
{
    protected ProducerEnd(QueueCore handle)
        : base(handle, handle.Session.NotFull, handle.Session.ProducerPacing, "enqueue") =>
        Line = new AsyncGate(handle.Session.NotFull, () => FindRoom() == RingStatus.Done, () => LongestPark);

    public override AsyncGate Line { get; }

    /// <summary>Whether producers make room themselves, a part of the ring at a time, because no consumer does.</summary>
    public abstract bool MakesRoom { get; }

    /// <summary>Whether a slot is free. Done: there is one. Completed or Closed: there will never be one for this handle.</summary>
    public abstract RingStatus FindRoom();

    /// <summary>
    /// Makes room if nobody loses by it. Done: there is room, or may be; look again. Blocked: there is none, or it is not for producers to
    /// make.
    /// </summary>
    /// <param name="waits">
    /// Whether the caller looks again at once if there is none: then it may come later to room that there is for one message only.
    /// </param>
    public abstract RingStatus TryMakeRoom(bool waits);

    /// <summary>One look of a call that waits for room: whether it is at its end, and with what.</summary>
    public bool LookForRoom(in ValueTuple argument, bool closely, out bool isThere)
    {
        while (true)
        {
            RingStatus status = FindRoom();
            isThere = status == RingStatus.Done;
            // The end is an answer. Anything else that is not about room is an error: the caller must not take it for the end.
            if (status is RingStatus.Done or RingStatus.Completed) return true;
            if (!LooksAgain(status, closely)) return false;
        }
    }

    public override void PassWakeOn(bool done) => Target.Gate.Wake(1);

    protected override RingStatus LookInto(bool closely) => closely ? Investigate() : TryMakeRoom(waits: false);
}
