using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Groups;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Tool.Writing;

/// <summary>
/// A member of a group that takes messages known by their bytes only, one at a time. What it has not settled goes back when its queue is
/// disposed, or the tool ends.
/// </summary>
internal sealed unsafe class UntypedMember(GroupMember member, int messageSize)
{
    private LeaseEntry? _entry;
    private uint _serial;

    /// <summary>The position of the message that was taken last, counted from the first message ever sent.</summary>
    public long Position => _entry is { } entry ? entry.First - member.Handle.Capacity : 0;

    /// <summary>Takes a message if there is one. Precondition: what was taken before is settled.</summary>
    public bool TryTake(Span<byte> message)
    {
        while (true)
        {
            RingStatus status = member.TryTake(1, out LeaseEntry? entry);
            if (status == RingStatus.Done) return Hold(entry!, message);
            if (status is RingStatus.Blocked or RingStatus.Completed) return false;
            member.Resolve(status);
        }
    }

    /// <summary>
    /// Takes a message; waits for one that is claimed, and passes what the dead claimed. False if none came in time. Precondition: as
    /// above.
    /// </summary>
    public bool TryTake(Span<byte> message, TimeSpan patience, CancellationToken cancellation)
    {
        TakeCall call = new(member);
        return WaitLoop.Run(member, ref call, passesOver: false, Deadline.After(patience), completedIsFalse: true, cancellation)
            && Hold(call.Entry!, message);
    }

    /// <summary>The message is done. False: others took it back meanwhile.</summary>
    public bool Acknowledge() => member.Settle(_entry!, _serial, 0, done: true);

    /// <summary>The message is for others, if it is not settled yet.</summary>
    public void GiveBack()
    {
        if (_entry is { } entry) member.GiveBackIfOpen(entry, _serial, 0);
    }

    private bool Hold(LeaseEntry entry, Span<byte> message)
    {
        (_entry, _serial) = (entry, entry.Serial);
        new ReadOnlySpan<byte>(member.Message(entry.First), messageSize).CopyTo(message);
        GC.KeepAlive(member);
        return true;
    }

    private struct TakeCall(GroupMember member) : IWaitingCall
    {
        public LeaseEntry? Entry;

        public RingStatus Try() => member.TryTake(1, out Entry);
    }
}
