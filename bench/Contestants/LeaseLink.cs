using System.Text;
using TypedShmQueue.Bench.Messages;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>This project's queue with acknowledged delivery: each message is taken under a lease, read in its slot, and acknowledged.</summary>
internal sealed class LeaseContestant(string name) : SizedContestant(name, Standing.Ours)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, LeaseLink<T>>(seat);
}

/// <summary>Blocking calls with the default wait policy.</summary>
internal readonly struct LeaseLink<T> : ILink<LeaseLink<T>, T>
    where T : unmanaged
{
    private const int MostLeases = 64;

    private readonly TypedAcknowledged<T, ManyProducers> _queue;
    private readonly TypedLease<T>[] _leases;

    private LeaseLink(TypedAcknowledged<T, ManyProducers> queue)
    {
        _queue = queue;
        _leases = new TypedLease<T>[MostLeases];
    }

    public static unsafe LeaseLink<T> Open(Seat seat, string name, End end)
    {
        byte[] schema = Encoding.UTF8.GetBytes($"tsq1 Message {sizeof(T)}\n0 {sizeof(T)} i64[{sizeof(T) / sizeof(long)}] Words\n");
        QueueContract contract = new("Message", sizeof(T), seat.Job.Capacity, SchemaHash.Of(schema), schema, Endpoints.Many,
            Endpoints.Many, Overflow.Wait, Delivery.Acknowledged);
        return new(TypedAcknowledged<T, ManyProducers>.OpenOrCreate(contract, name, QueueOptions.Of(seat)));
    }

    public void Send(in T message) => _queue.Enqueue(message, CancellationToken.None);

    public void Send(ReadOnlySpan<T> messages) => _queue.Enqueue(messages, CancellationToken.None);

    public void Receive(out T message)
    {
        TypedLease<T> lease = _queue.Take(CancellationToken.None);
        message = lease.Value;
        lease.Acknowledge();
    }

    public int Receive(Span<T> messages)
    {
        int taken = _queue.Take(_leases.AsSpan(0, Math.Min(messages.Length, MostLeases)), CancellationToken.None);
        for (int i = 0; i < taken; i++) messages[i] = _leases[i].Value;
        _ = _queue.Acknowledge(_leases.AsSpan(0, taken));

        return taken;
    }

    public void Dispose() => _queue.Dispose();
}
