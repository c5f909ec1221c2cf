using System.Runtime.InteropServices;
using Cloudtoid.Interprocess;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// Cloudtoid.Interprocess, where a checkout of it is at hand. It has no call for several messages, and none that waits for room.
/// </summary>
internal sealed class InterprocessContestant : SizedContestant
{
    public InterprocessContestant()
        : base(OptionalPeers.Interprocess, Standing.Peer)
    {
        TakesMany = true;
        TakesBatches = false;
    }

    /// <summary>The name of its semaphore is the same in all folders, so the job's folder is a part of it.</summary>
    public static string PrefixOf(Job job) =>
        $"{Path.GetFileName(Path.GetDirectoryName(job.Directory))}-{Path.GetFileName(job.Directory)}-";

    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, InterprocessLink<T>>(seat);

    /// <summary>The semaphore of one that was killed stays.</summary>
    public override void CleanUp(Job job)
    {
        foreach (string file in Directory.EnumerateFiles("/dev/shm", $"sem.*{PrefixOf(job)}*")) File.Delete(file);
    }
}

/// <summary>Bytes into a buffer that is used again, and a yield while the queue is full: as its own benchmark does it.</summary>
internal readonly unsafe struct InterprocessLink<T> : ILink<InterprocessLink<T>, T>
    where T : unmanaged
{
    /// <summary>Of each message, beside its bytes; the whole is a multiple of 8.</summary>
    private const int Overhead = 8;

    private readonly IPublisher? _publisher;
    private readonly ISubscriber? _subscriber;
    private readonly byte[] _buffer;

    private InterprocessLink(IPublisher? publisher, ISubscriber? subscriber)
    {
        _publisher = publisher;
        _subscriber = subscriber;
        _buffer = new byte[sizeof(T)];
    }

    public static InterprocessLink<T> Open(Seat seat, string name, End end)
    {
        QueueOptions options = new(InterprocessContestant.PrefixOf(seat.Job) + name, seat.Job.Directory,
            (long)seat.Job.Capacity * ((sizeof(T) + Overhead + 7) & ~7));
        QueueFactory factory = new();
        return end == End.Producer ? new(factory.CreatePublisher(options), null) : new(null, factory.CreateSubscriber(options));
    }

    public void Send(in T message)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message));
        while (!_publisher!.TryEnqueue(bytes)) _ = Thread.Yield();
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        foreach (ref readonly T message in messages) Send(message);
    }

    public void Receive(out T message) =>
        message = MemoryMarshal.Read<T>(_subscriber!.Dequeue(_buffer, CancellationToken.None).Span);

    public int Receive(Span<T> messages)
    {
        Receive(out messages[0]);
        return 1;
    }

    public void Dispose()
    {
        _publisher?.Dispose();
        _subscriber?.Dispose();
    }
}
