using TypedShmQueue.Layout.Schema;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Runtime.Tests.Layout;

public sealed class GeometryTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(8, 16)]
    [InlineData(9, 32)]
    [InlineData(24, 32)]
    [InlineData(25, 64)]
    [InlineData(56, 64)]
    [InlineData(57, 72)]
    [InlineData(64, 72)]
    [InlineData(65, 80)]
    [InlineData(120, 128)]
    [InlineData(4096, 4104)]
    public void Stride_is_as_published(int messageSize, int stride) => SlotLayout.Stride(messageSize).ShouldBe(stride);

    [Fact]
    public void Small_messages_never_straddle_a_cache_line()
    {
        for (int size = 1; size <= 56; size++)
        {
            int stride = SlotLayout.Stride(size);
            (64 % stride).ShouldBe(0);
            stride.ShouldBeGreaterThanOrEqualTo(size + SlotLayout.WordSize);
        }
    }

    [Fact]
    public void Words_are_always_aligned() =>
        Enumerable.Range(1, 2000).ShouldAllBe(size =>
            SlotLayout.Stride(size) % 8 == 0 && SlotLayout.Stride(size) >= size + SlotLayout.WordSize);

    [Fact]
    public void Offsets_are_as_published()
    {
        SegmentGeometry geometry = new(Capacity: 1024, MessageSize: 56, MaxParticipants: 64, SchemaLength: 100);
        SegmentGeometry.ParticipantsOffset.ShouldBe(4096);
        geometry.LaneCount.ShouldBe(512);
        geometry.LanesOffset.ShouldBe(4096 + (64 * 128));
        geometry.SchemaOffset.ShouldBe(4096 + (64 * 128) + (512 * 128));
        geometry.SlotsOffset.ShouldBe(81920);
        geometry.FileSize.ShouldBe(81920 + (1024 * 64));
        geometry.IsSane.ShouldBeTrue();
    }

    [Fact]
    public void Subscriptions_stand_before_the_schema_and_stamps_after_the_slots()
    {
        SegmentGeometry geometry = new(Capacity: 1024, MessageSize: 56, MaxParticipants: 64, SchemaLength: 100) { MaxSubscriptions = 64,
            RetentionMilliseconds = 1000 };
        geometry.SubscriptionsOffset.ShouldBe(4096 + (64 * 128) + (512 * 128));
        geometry.SchemaOffset.ShouldBe(geometry.SubscriptionsOffset + (64 * 384));
        geometry.SlotsOffset.ShouldBe(106496);
        geometry.StampsOffset.ShouldBe(106496 + (1024 * 64));
        geometry.FileSize.ShouldBe(106496 + (1024 * 64) + (1024 * 8));
        geometry.IsSane.ShouldBeTrue();
        (geometry with { MaxSubscriptions = 4097 }).IsSane.ShouldBeFalse();
        (geometry with { MaxSubscriptions = 0 }).IsSane.ShouldBeFalse();
        (geometry with { RetentionMilliseconds = -1 }).IsSane.ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, 1, 1, 1, true)]
    [InlineData(1 << 30, 1 << 30, 4096, 1 << 20, true)]
    [InlineData(1, 8, 64, 10, false)]
    [InlineData(0, 8, 64, 10, false)]
    [InlineData(-2, 8, 64, 10, false)]
    [InlineData(int.MinValue, 8, 64, 10, false)]
    [InlineData(3, 8, 64, 10, false)]
    [InlineData(8, 0, 64, 10, false)]
    [InlineData(8, -1, 64, 10, false)]
    [InlineData(8, (1 << 30) + 1, 64, 10, false)]
    [InlineData(8, 8, 0, 10, false)]
    [InlineData(8, 8, 4097, 10, false)]
    [InlineData(8, 8, 64, 0, false)]
    [InlineData(8, 8, 64, (1 << 20) + 1, false)]
    public void Sane_geometry_is_told_from_nonsense(int capacity, int messageSize, int participants, int schemaLength, bool sane)
    {
        SegmentGeometry geometry = new(capacity, messageSize, participants, schemaLength);
        geometry.IsSane.ShouldBe(sane);
        if (sane) geometry.FileSize.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Hash_is_fnv_1a_with_64_bits()
    {
        SchemaHash.Of(""u8).ShouldBe(0xcbf29ce484222325);
        SchemaHash.Of("a"u8).ShouldBe(0xaf63dc4c8601ec8c);
        SchemaHash.Of("foobar"u8).ShouldBe(0x85944171f73967e8);
    }
}
