using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue;

/// <summary>One try of what a call waits to do. Waiting is the same, whatever becomes of the message.</summary>
internal interface IRingCall
{
    /// <summary>Tries once. Done: it is done, and whoever waits for that has been woken.</summary>
    RingStatus Try();
}
