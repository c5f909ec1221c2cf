using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Runtime.Tests.Layout;

/// <summary>L1 of docs/protocol.md: what is stored to own a line is there already, and where it is not, nothing is stored.</summary>
public sealed unsafe class LineOwnerTests : IDisposable
{
    private const int Capacity = 64;

    private readonly SegmentGeometry _geometry = new(Capacity, sizeof(Line), MaxParticipants: 1, SchemaLength: 1);
    private readonly byte* _address;
    private readonly RingView _ring;

    public LineOwnerTests()
    {
        _address = (byte*)NativeMemory.AlignedAlloc((nuint)_geometry.FileSize, Segment.PageSize);
        NativeMemory.Clear(_address, (nuint)_geometry.FileSize);
        _ring = new RingView(_address, _geometry);
    }

    [Fact]
    public void Highest_byte_of_every_word_is_zero_below_twice_the_end()
    {
        const long last = (2 * SlotWord.OwnedEnd) - 1;
        (SlotWord.Tombstone(last) >>> 56).ShouldBe(0);
        (SlotWord.Published(last + 1) >>> 56).ShouldNotBe(0);
    }

    [Theory]
    [InlineData(Capacity)]
    [InlineData(SlotWord.OwnedEnd - Capacity)]
    public void Owning_changes_no_word(long first)
    {
        for (long position = first; position < first + Capacity; position++) Word(position) = SlotWord.Published(position);
        LineOwner<Line, HardwareMemory>.Taken(_ring, first, Capacity);
        for (long position = first; position < first + Capacity; position++) Word(position).ShouldBe(SlotWord.Published(position));
    }

    [Fact]
    public void Nothing_is_stored_beyond_the_end()
    {
        const long first = SlotWord.OwnedEnd - Capacity;
        for (long position = first; position < first + Capacity; position++) Word(position) = -1;
        LineOwner<Line, HardwareMemory>.Taken(_ring, first + 1, Capacity);
        for (long position = first; position < first + Capacity; position++) Word(position).ShouldBe(-1);
        // Up to the end it is, or there would be nothing to see above.
        LineOwner<Line, HardwareMemory>.Taken(_ring, first, Capacity);
        for (long position = first; position < first + Capacity; position++) Word(position).ShouldBe(-1L >>> 8);
    }

    public void Dispose() => NativeMemory.AlignedFree(_address);

    private ref long Word(long position) => ref *(long*)(_ring.Slots + ((position & _ring.Mask) * _geometry.SlotStride));

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private readonly struct Line;
}
