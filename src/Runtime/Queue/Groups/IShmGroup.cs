namespace TypedShmQueue;

/// <summary>
/// A member of a consumer group of a broadcast queue. Each message goes to one member of each group; the group remembers what is done, and
/// outlives its members. <c>Dispose</c> leaves the group, and gives back what this member has not settled.
/// </summary>
/// <typeparam name="TLease">The emitted lease.</typeparam>
public interface IShmGroup<TLease> : IShmTaker<TLease>, IDisposable
    where TLease : struct, IShmLease
{
    /// <summary>The group's name.</summary>
    string Name { get; }
}
