using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>
/// What a <see cref="ShmWaitSet"/> waits for: every queue that messages are taken from, every subscription, every member of a group.
/// </summary>
/// <remarks>Only those of this library can be waited for. Other implementations of a consumer's interface have nothing to add.</remarks>
public interface IShmWaitable
{
    /// <summary>The end that takes; null for what is not of this library.</summary>
    internal ConsumerEnd? TakingEnd => null;
}
