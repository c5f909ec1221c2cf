using System.Buffers;
using System.Runtime.InteropServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using Xunit.Abstractions;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>
/// A side state that is not what was written: whatever it says, it is refused, or it fills what is its own, and nothing beside the ring or
/// of its messages.
/// </summary>
public sealed unsafe class SideStateFuzzTests : IDisposable
{
    private const int Rounds = 20_000, Fence = 4096, Capacity = 16;
    private const byte Untouched = 0xa5;

    private static readonly QueueContract s_contract = Contracts.Parcel<ManyProducers, Subscribers>();

    private static readonly SegmentGeometry s_geometry = new(Capacity, sizeof(Parcel), 4, s_contract.Identity.Schema.Length)
    {
        MaxSubscriptions = 5,
        MaxGroups = 3,
        MaxLeases = 8,
    };

    private readonly ITestOutputHelper _output;
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(s_geometry.FileSize + (2 * Fence)), Fence);
    private readonly byte[] _empty;

    public SideStateFuzzTests(ITestOutputHelper output)
    {
        _output = output;
        new Span<byte>(_memory, (int)s_geometry.FileSize + (2 * Fence)).Fill(Untouched);
        Segment().Clear();
        SegmentFormat.Write(_memory + Fence, s_geometry, s_contract.Identity);
        RingParts parts = new(_memory + Fence, s_geometry);
        // Three times round and a half: the positions are of two laps.
        parts.Ring.Head = (3 * Capacity) + 7;
        parts.Ring.Tail = parts.Ring.Head + Capacity - 2;
        for (long position = parts.Ring.Head; position < parts.Ring.Tail; position++)
            *(long*)(parts.Ring.Slots + ((position & parts.Ring.Mask) * parts.Stride)) = SlotWord.Published(position);
        _empty = Segment().ToArray();
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    [Fact]
    public void What_was_written_comes_back_the_same()
    {
        byte[] side = Valid();
        Read(side).ShouldBeTrue();
        Written().ShouldBe(side);
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        Random random = new(1);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] side = new byte[random.Next(1, 600)];
            random.NextBytes(side);
            // Small counts, so that more than the first number is looked at.
            if (side.Length >= 8 && round % 2 == 0)
            {
                BitConverter.TryWriteBytes(side, random.Next(0, 4));
                BitConverter.TryWriteBytes(side.AsSpan(4), random.Next(0, 4));
            }

            Read(side);
        }
    }

    [Fact]
    public void A_state_with_other_bits_or_numbers_is_refused_or_makes_a_ring_that_can_be()
    {
        long[] strange = [0, 1, -1, 2, 3, 5, 47, 48, 55, 69, 70, 4095, 4096, int.MaxValue, long.MaxValue, long.MinValue, 1L << 40];
        Random random = new(2);
        byte[] valid = Valid();
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] side = (byte[])valid.Clone();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                int at = random.Next(side.Length / 4) * 4;
                switch (random.Next(4))
                {
                    case 0: side[random.Next(side.Length)] ^= (byte)(1 << random.Next(8)); break;
                    case 1: BitConverter.TryWriteBytes(side.AsSpan(at), (int)strange[random.Next(strange.Length)]); break;
                    case 2: BitConverter.TryWriteBytes(side.AsSpan(at), strange[random.Next(strange.Length)]); break;
                    default: side = side[..random.Next(side.Length)]; break;
                }

                if (side.Length < 8) break;
            }

            if (Read(side)) accepted++;
        }

        _output.WriteLine($"{accepted} of {Rounds} accepted");
        accepted.ShouldBeInRange(1, Rounds - 1);
    }

    /// <summary>Reads it into an empty ring, and looks that only what it may fill was written.</summary>
    private bool Read(byte[] side)
    {
        _empty.CopyTo(Segment());
        RingParts parts = new(_memory + Fence, s_geometry);
        bool isValid = SideState.TryRead(side, parts);
        new ReadOnlySpan<byte>(_memory, Fence).ContainsAnyExcept(Untouched).ShouldBeFalse();
        new ReadOnlySpan<byte>(_memory + Fence + s_geometry.FileSize, Fence).ContainsAnyExcept(Untouched).ShouldBeFalse();
        (parts.Ring.Head, parts.Ring.Tail).ShouldBe(((3L * Capacity) + 7, (4L * Capacity) + 5));
        for (long position = parts.Ring.Head; position < parts.Ring.Tail; position++)
        {
            if (*(long*)(parts.Ring.Slots + ((position & parts.Ring.Mask) * parts.Stride)) != SlotWord.Published(position))
                throw new InvalidDataException($"The message at {position} is gone.");
        }

        if (isValid) LookAt(parts);
        return isValid;
    }

    /// <summary>What was accepted can be, and is written again without an error.</summary>
    private void LookAt(RingParts parts)
    {
        for (int i = 0; i < parts.Subscriptions.InUse; i++)
        {
            ref SubscriptionRecord record = ref parts.Subscriptions.Records[i];
            if (record.State == 0) continue;
            record.Cursor.ShouldBeInRange(Capacity, parts.Ring.Tail);
            record.Owner.ShouldBe(0);
        }

        for (int i = 0; i < parts.Groups.InUse; i++)
        {
            ref GroupRecord record = ref parts.Groups.Records[i];
            if (record.State == 0) continue;
            record.Cursor.ShouldBeInRange(parts.Ring.Head, parts.Ring.Tail);
            record.Next.ShouldBeInRange(record.Cursor, parts.Ring.Tail);
            for (long position = record.Cursor; position < record.Next; position++)
            {
                LedgerWord word = new(parts.Groups.Ledger(i, position));
                long lap = parts.Groups.Lap(position);
                if (!word.IsBefore(lap) && word.Lap != lap) throw new InvalidDataException($"{position} has a word of lap {word.Lap}.");
                if (word.IsLeased) throw new InvalidDataException($"{position} is leased by nobody.");
            }
        }

        Written().Length.ShouldBeLessThanOrEqualTo((int)SideState.MostBytes(s_geometry));
    }

    private byte[] Written()
    {
        ArrayBufferWriter<byte> bytes = new();
        SideState.Write<HardwareMemory>(new RingParts(_memory + Fence, s_geometry), bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Two subscriptions, not side by side, and two groups, one of which has as many runs as it can.</summary>
    private static byte[] Valid()
    {
        const long First = (3 * Capacity) + 7, End = (4 * Capacity) + 5;
        ArrayBufferWriter<byte> bytes = new();
        Put(new SideHeader { Subscriptions = 2, Groups = 2 });
        Put(new SubscriptionPart { Index = 0, State = State(3), Cursor = First + 3, Missed = 2, Name = new ShmText64("a") });
        Put(new SubscriptionPart { Index = 2, State = State(4), Cursor = End, HoldMilliseconds = -1, Name = new ShmText64("b") });
        Put(new GroupPart { Index = 0, State = State(5), Cursor = First, Next = End, GivenBack = 3, Name = new ShmText64("g") });
        for (long position = First; position < End; position++)
            Put(new GroupRun { Count = 1, Deliveries = 1, IsDone = (short)(~position & 1) });
        Put(new GroupPart { Index = 2, State = State(6), Cursor = First + 1, Next = First + 6, Name = new ShmText64("h") });
        Put(new GroupRun { Count = 2, Deliveries = 1 });
        Put(new GroupRun { Count = 3, Deliveries = 4095 });
        return bytes.WrittenSpan.ToArray();

        void Put<T>(T part) where T : unmanaged => bytes.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in part)));

        static long State(long serial) => SubscriptionState.Of(serial, lossy: false, named: true).Word;
    }

    private Span<byte> Segment() => new(_memory + Fence, (int)s_geometry.FileSize);
}
