using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Messages;

internal static class QueueOptions
{
    /// <summary>Everything by default but where the queue lives and how many messages it holds.</summary>
    public static ShmQueueOptions Of(Seat seat) => new() { Directory = seat.Job.Directory, Capacity = seat.Job.Capacity };
}
