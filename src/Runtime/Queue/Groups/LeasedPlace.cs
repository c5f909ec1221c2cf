using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Queue.Groups;

/// <summary>One message of what an entry held under a serial number, and its position.</summary>
internal readonly record struct LeasedPlace(LeaseEntry Entry, uint Serial, int Index, long Position);
