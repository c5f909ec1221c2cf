using System.Runtime.InteropServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>The words of one ring in plain native memory. Reset to an empty ring before each run.</summary>
internal sealed unsafe class Board : IDisposable
{
    private readonly SegmentGeometry _geometry;
    private readonly byte* _address;

    public Board(int capacity, int messageSize)
    {
        _geometry = new SegmentGeometry(capacity, messageSize, MaxParticipants: 1, SchemaLength: 1);
        _address = (byte*)NativeMemory.AlignedAlloc((nuint)_geometry.FileSize, Segment.PageSize);
        View = new RingView(_address, _geometry);
    }

    public RingView View { get; }

    public int Stride => _geometry.SlotStride;

    /// <summary>Lanes from the first on that somebody has or may take; the rest is never written.</summary>
    public int LanesInUse { get; private set; }

    public void Reset(int lanesInUse)
    {
        NativeMemory.Clear(_address, (nuint)_geometry.FileSize);
        View.Tail = View.Head = View.Capacity;
        LanesInUse = lanesInUse;
    }

    public void Dispose() => NativeMemory.AlignedFree(_address);
}
