namespace TypedShmQueue;

/// <summary>How many handles may hold a role (producer or consumer) at a time.</summary>
public enum Endpoints
{
    /// <summary>Any number of processes and threads.</summary>
    Many,

    /// <summary>
    /// One handle, and one thread of it at a time. Taking the role while another handle holds it and its process lives
    /// throws <see cref="ShmQueueRoleTakenException"/>; the role of a dead process is free at once.
    /// </summary>
    One,
}
