using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Goes after the producers without taking anything: from a position on it comes to each message once, as long as its slot was not used
/// again before it was read. Mutable; one thread.
/// </summary>
internal sealed class Follower(SegmentReader queue, long from)
{
    private readonly byte[] _message = new byte[queue.Geometry.MessageSize];
    private long _next = from;

    /// <summary>The message that was come to last.</summary>
    public byte[] Message => _message;

    /// <summary>Its position, counted from the first message ever sent.</summary>
    public long Position { get; private set; }

    /// <summary>Messages whose slots were used again, or might have been, before they were read here.</summary>
    public long Missed { get; private set; }

    /// <summary>Whether nothing more can come.</summary>
    public bool IsAtEnd => queue.IsCompleted && _next >= queue.Tail;

    /// <summary>Comes to the next message, if it is there.</summary>
    public bool TryNext()
    {
        while (true)
        {
            // A lap behind, the slot is another message's.
            long oldest = queue.Tail - queue.Ring.Capacity;
            if (_next < oldest)
            {
                Missed += oldest - _next;
                _next = oldest;
            }

            switch (queue.Read(_next, _message))
            {
                case SlotContent.Message:
                    Position = _next++ - queue.Ring.Capacity;
                    return true;
                case SlotContent.Unpublished:
                    return false;
                case SlotContent.Gone:
                    Missed++;
                    break;
            }

            _next++;
        }
    }
}
