using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Messages;

/// <summary>Goes over what a queue holds at one instant, oldest first, while its processes go on. Mutable; one thread.</summary>
internal sealed class MessageWalk(SegmentReader queue)
{
    private readonly byte[] _message = new byte[queue.Geometry.MessageSize];

    /// <summary>The message that was come to last.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>Its position, counted from the first message ever sent.</summary>
    public long Position { get; private set; }

    /// <summary>Positions that were passed because their message is not there yet.</summary>
    public long BeingWritten { get; private set; }

    /// <summary>Messages that were taken by consumers before they could be read here.</summary>
    public long Taken { get; private set; }

    /// <summary>Comes to each message that is there, up to a number of them.</summary>
    public IEnumerable<MessageWalk> Over(long most)
    {
        long end = queue.Tail;
        for (long position = queue.Head; position < end && most > 0; position++)
        {
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
}
