using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// A POSIX message queue. It has no call for several messages; without a privilege it holds as many as the system's limit allows.
/// </summary>
internal sealed class PosixQueueContestant() : SizedContestant("POSIX mq", Standing.Peer)
{
    public static string NameOf(Job job, string link) =>
        $"/{Path.GetFileName(Path.GetDirectoryName(job.Directory))}-{Path.GetFileName(job.Directory)}-{link}";

    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, PosixQueueLink<T>>(seat);

    public override void CleanUp(Job job)
    {
        foreach (string link in new[] { "forth", "back" }) _ = Libc.UnlinkQueue(NameOf(job, link));
    }
}

internal readonly unsafe struct PosixQueueLink<T> : ILink<PosixQueueLink<T>, T>
    where T : unmanaged
{
    private const int ReadWrite = 2;
    private const uint OwnerOnly = 0x180;
    private const string LimitFile = "/proc/sys/fs/mqueue/msg_max";

    private readonly int _queue;

    private PosixQueueLink(int queue) => _queue = queue;

    public static PosixQueueLink<T> Open(Seat seat, string name, End end)
    {
        string path = PosixQueueContestant.NameOf(seat.Job, name);
        int queue = TryOpen(path, seat.Job.Capacity);
        if (queue < 0) queue = TryOpen(path,
            Math.Min(seat.Job.Capacity, int.Parse(File.ReadAllText(LimitFile), System.Globalization.CultureInfo.InvariantCulture)));
        return new((int)Libc.Check(queue, "mq_open"));
    }

    private static int TryOpen(string path, int capacity)
    {
        // struct mq_attr: flags, most messages, most bytes, messages now; the rest is reserved.
        long* attributes = stackalloc long[8];
        new Span<long>(attributes, 8).Clear();
        (attributes[1], attributes[2]) = (capacity, sizeof(T));
        return Libc.OpenQueue(path, ReadWrite | Libc.CreateFlag, OwnerOnly, attributes);
    }

    public void Send(in T message)
    {
        fixed (T* start = &message) _ = Libc.Check(Libc.SendToQueue(_queue, (byte*)start, sizeof(T), 0), "mq_send");
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        foreach (ref readonly T message in messages) Send(message);
    }

    public void Receive(out T message)
    {
        message = default;
        fixed (T* start = &message) _ = Libc.Check(Libc.ReceiveFromQueue(_queue, (byte*)start, sizeof(T), null), "mq_receive");
    }

    public int Receive(Span<T> messages)
    {
        Receive(out messages[0]);
        return 1;
    }

    public void Dispose() => _ = Libc.Close(_queue);
}
