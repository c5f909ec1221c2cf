using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue.Observing;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Goes over what a queue holds at one instant, oldest first, while its processes go on. Where head and tail cannot be, it goes over what
/// is in the slots: they are as many as the capacity, whatever two words say. Mutable; one thread.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="group">Only what this group has not settled; null: all messages.</param>
internal sealed unsafe class MessageWalk(SegmentReader queue, GroupView? group = null)
{
    private readonly byte[] _message = new byte[queue.Geometry.MessageSize];

    /// <summary>The message that was come to last.</summary>
    public byte[] Message => _message;

    /// <summary>Its position, counted from the first message ever sent.</summary>
    public long Position { get; private set; }

    /// <summary>Whether each message that is come to has a state.</summary>
    public bool HasStates => group != null;

    /// <summary>Who has it, and how often it was handed out. Null without a group.</summary>
    public MessageState? State { get; private set; }

    /// <summary>Positions that were passed because their message is not there yet.</summary>
    public long BeingWritten { get; private set; }

    /// <summary>Messages that were taken by consumers before they could be read here.</summary>
    public long Taken { get; private set; }

    /// <summary>False if head and tail were not such as a queue has them.</summary>
    public bool IsPossible { get; private set; } = true;

    /// <summary>Comes to each message that is there, up to a number of them.</summary>
    public IEnumerable<MessageWalk> Over(long most)
    {
        IsPossible = new SegmentVerification(queue, mostFaults: 1).CheckEnds();
        return IsPossible ? OverPositions(most) : OverSlots(most);
    }

    private IEnumerable<MessageWalk> OverPositions(long most)
    {
        long head = queue.Head;
        // Who displaces claims one position beyond the capacity. What is sent after the walk began is not of its instant.
        long end = Math.Min(queue.Tail, head + queue.Ring.Capacity + 1);
        long first = group == null ? head : Math.Max(head, group.Cursor);
        for (long position = first; position < end && most > 0; position++)
        {
            if (group != null && !TryFindState(group, position)) continue;
            switch (queue.Read(position, _message))
            {
                case SlotContent.Message:
                    Position = position - queue.Ring.Capacity;
                    most--;
                    yield return this;
                    break;
                case SlotContent.Unpublished:
                    BeingWritten++;
                    break;
                case SlotContent.Gone:
                    Taken++;
                    break;
            }
        }
    }

    private bool TryFindState(GroupView group, long position)
    {
        PositionInGroup found = group.Look(position);
        if (!found.IsOpen) return false;
        State = MessageState.Of(found, found.Outcome == Outcome.Leased ? group.HolderOf(position, found.Deliveries) : null);
        return true;
    }

    private IEnumerable<MessageWalk> OverSlots(long most)
    {
        List<long> positions = [];
        for (long slot = 0; slot < queue.Ring.Capacity; slot++)
        {
            long word = queue.WordOf(slot);
            long position = SlotWord.Position(word);
            if (position >= queue.Ring.Capacity && (position & queue.Ring.Mask) == slot && word == SlotWord.Published(position))
                positions.Add(position);
        }

        positions.Sort();
        foreach (long position in positions)
        {
            if (most-- <= 0) yield break;
            if (!TryCopy(position)) continue;
            Position = position - queue.Ring.Capacity;
            yield return this;
        }
    }

    /// <summary>Without head and tail nothing proves that nobody began to overwrite it; the word says at least that nobody has.</summary>
    private bool TryCopy(long position)
    {
        byte* slot = queue.Ring.Slots + ((position & queue.Ring.Mask) * queue.Geometry.SlotStride);
        new ReadOnlySpan<byte>(slot + SlotLayout.WordSize, _message.Length).CopyTo(_message);
        Volatile.ReadBarrier();
        return queue.WordOf(position) == SlotWord.Published(position);
    }
}
