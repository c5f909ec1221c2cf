using TypedShmQueue.Generator.Layout;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Runtime.Tests.Layout;

/// <summary>The generator says how large a slot is, and the runtime lays slots out: both must mean the same number.</summary>
public sealed class SlotStrideTests
{
    [Fact]
    public void Generator_and_runtime_agree_on_every_size()
    {
        for (int size = 1; size <= 4096; size++) SlotStride.Of(size).ShouldBe(SlotLayout.Stride(size), $"for {size} bytes");
        SlotStride.Of(1 << 20).ShouldBe(SlotLayout.Stride(1 << 20));
    }
}
