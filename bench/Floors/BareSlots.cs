using System.Runtime.CompilerServices;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Floors;

/// <summary>
/// A message of 56 bytes beside its word, each in a slot of its own, polled: what the bare line becomes once there is something to be told
/// and a ring to go round in. It looks for no room, wakes nobody and reckons with no death; a queue can only be slower.
/// </summary>
internal sealed class BareSlotsFloor() : Contestant("floor: bare slots of 64 B", Standing.Floor)
{
    public override SeatReport Play(Seat seat, Part part) => part.Play<Message<Words6>, BareSlots<Message<Words6>>>(seat);
}

/// <summary>As many slots as the contestants' rings have, used in turn. Only the peer's answer keeps one from being overwritten.</summary>
internal readonly unsafe struct BareSlots<T> : ILink<BareSlots<T>, T>
    where T : unmanaged
{
    private readonly MappedLines _lines;
    private readonly byte* _slots;
    private readonly long _mask;
    private readonly long[] _position;

    private BareSlots(MappedLines lines, int slots)
    {
        _lines = lines;
        _slots = lines.Start;
        _mask = slots - 1;
        _position = new long[1];
    }

    private static int SlotSize => sizeof(long) + sizeof(T);

    public static BareSlots<T> Open(Seat seat, string name, End end) =>
        new(new MappedLines(Path.Combine(seat.Job.Directory, name), seat.Job.Capacity * SlotSize), seat.Job.Capacity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Send(in T message)
    {
        long position = _position[0]++;
        byte* slot = _slots + ((position & _mask) * SlotSize);
        Unsafe.WriteUnaligned(slot + sizeof(long), message);
        Volatile.Write(ref *(long*)slot, position + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Receive(out T message)
    {
        long position = _position[0]++;
        byte* slot = _slots + ((position & _mask) * SlotSize);
        while (Volatile.Read(ref *(long*)slot) != position + 1)
        {
        }

        message = Unsafe.ReadUnaligned<T>(slot + sizeof(long));
    }

    public void Send(ReadOnlySpan<T> messages) => throw new NotSupportedException();

    public int Receive(Span<T> messages) => throw new NotSupportedException();

    public void Dispose() => _lines.Dispose();
}
