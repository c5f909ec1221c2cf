namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>What a storm came to.</summary>
/// <param name="Sent">Messages sent and acknowledged.</param>
/// <param name="Unacknowledged">Messages that arrived although their sender was killed before its call returned.</param>
/// <param name="Taken">Messages taken by consumers, or by all subscribers together.</param>
/// <param name="Displaced">Messages displaced, as the queue counted them.</param>
/// <param name="Held">Messages that went with a killed consumer.</param>
/// <param name="Faults">What must not be; empty if all is right.</param>
internal sealed record StormBalance(long Sent, long Unacknowledged, long Taken, long Displaced, long Held, IReadOnlyList<string> Faults)
{
    /// <summary>Messages that subscribers counted as missed; none where each message goes to one consumer.</summary>
    public long Missed { get; init; }
}
