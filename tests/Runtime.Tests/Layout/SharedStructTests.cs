using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Broadcast;

namespace TypedShmQueue.Runtime.Tests.Layout;

/// <summary>
/// The segment's format is an ABI between processes of different builds: each number stands here a second time, so that changing one is
/// a decision (raise <see cref="Segment.AbiVersion"/>) and not an accident.
/// </summary>
public sealed class SharedStructTests
{
    [Fact]
    public void Header_is_as_published() => Fields<SegmentHeader>().ShouldBe([
        "Magic 0 8", "AbiVersion 8 4", "Roles 12 4", "SchemaId 16 8", "MessageSize 24 4", "SlotStride 28 4", "Capacity 32 4",
        "SchemaLength 36 4", "MaxParticipants 40 4", "LaneCount 44 4", "ParticipantsOffset 48 8", "LanesOffset 56 8", "SchemaOffset 64 8",
        "SlotsOffset 72 8", "FileSize 80 8", "CreatedUnixMilliseconds 88 8", "CreatorProcessId 96 4",
        "MaxSubscriptions 100 4", "SubscriptionsOffset 104 8", "StampsOffset 112 8", "RetentionMilliseconds 120 8",
        "MaxGroups 128 4", "MaxLeases 132 4", "GroupsOffset 136 8", "LeasesOffset 144 8", "LedgersOffset 152 8", "QueueId 160 8",
        "JournalId 176 16", "JournalDevice 192 8", "JournalInode 200 8",
        "Tail 512 8", "Head 640 8", "Floor 648 8", "NotEmptyGate 768 8", "NotFullGate 896 8",
        "Deleted 1024 8", "ProducerRole 1032 8", "ConsumerRole 1040 8", "Joined 1048 8", "UsedSubscriptions 1056 8", "Displaces 1064 8",
            "Clock 1072 8", "UsedGroups 1080 8", "UsedLeases 1088 8",
        "Displaced 1152 8", "Abandoned 1160 8", "Recovered 1168 8", "Skipped 1176 8",
        "Commits 1280 128", "CommitGate 1408 8", "JournalPath 2048 1024"]);

    [Fact]
    public void Words_of_commits_are_as_published() => Fields<CommitWords>().ShouldBe(
        ["Position 0 8", "Begun 64 8", "Ended 72 8", "Head 80 8", "Blocks 88 8", "Positions 96 8", "Nanoseconds 104 8",
            "Longest 112 8", "Last 120 8"]);

    [Fact]
    public void Group_is_as_published() => Fields<GroupRecord>().ShouldBe([
        "Cursor 0 8", "Next 128 8", "Returns 136 8", "State 256 8", "Owner 264 8", "GivenBack 272 8", "TakenBack 280 8",
        "DeadLettered 288 8", "CreatedUnixMilliseconds 296 8", "Name 304 64"]);

    [Fact]
    public void Lease_entry_is_as_published() => Fields<LeaseRecord>().ShouldBe([
        "Owner 0 8", "First 8 8", "Count 16 8", "Deliveries 24 8", "Group 32 8", "TakenAt 40 8", "Deadline 48 8"]);

    [Fact]
    public void Participant_is_as_published() => Fields<ParticipantRecord>().ShouldBe([
        "Generation 0 8", "ProcessId 8 4", "JoinedUnixMilliseconds 16 8", "Parked 24 8", "ProcessName 64 64"]);

    [Fact]
    public void Lane_is_as_published() => Fields<Lane>().ShouldBe(["Owner 0 8", "First 8 8", "Count 16 8"]);

    [Fact]
    public void Subscription_is_as_published() => Fields<SubscriptionRecord>().ShouldBe([
        "Cursor 0 8", "Owner 128 8", "State 136 8", "AbsentSince 144 8", "HoldMilliseconds 152 8", "FirstTally 160 24",
            "SecondTally 184 24",
        "Name 256 64", "CreatedUnixMilliseconds 320 8"]);

    [Fact]
    public void Tally_is_as_published() => Fields<SubscriptionTally>().ShouldBe(["At 0 8", "Tombstones 8 8", "Missed 16 8"]);

    [Theory]
    [InlineData(8, 0u, 8L)]
    [InlineData(0x1_0000_0005, 7u, 0x8_0000_0005)]
    [InlineData(0x7_0000_0005, 0xFFFF_FFFFu, 0x6_0000_0005)]
    public void Floor_word_carries_position_and_tombstones(long position, uint tombstones, long word)
    {
        FloorWord floor = FloorWord.Of(position, tombstones);
        floor.Word.ShouldBe(word);
        floor.TombstonesBelow(position).ShouldBe(tombstones);
        FloorWord.Of(position + (1L << 32), tombstones).ShouldNotBe(floor);
        floor.PositionFrom(position - 5).ShouldBe(position);
        floor.PositionFrom(position).ShouldBe(position);
    }

    [Fact]
    public void Subscription_state_is_as_published()
    {
        SubscriptionState.Of(1, lossy: false, named: false).Word.ShouldBe(0x11);
        SubscriptionState.Of(2, lossy: true, named: false).Word.ShouldBe(0x23);
        SubscriptionState.Of(3, lossy: false, named: true).Word.ShouldBe(0x35);
        SubscriptionState.Of(3, lossy: false, named: false).WithName.Word.ShouldBe(0x35);
    }

    [Fact]
    public void Sizes_are_as_published()
    {
        Unsafe.SizeOf<SegmentHeader>().ShouldBe(4096);
        Unsafe.SizeOf<ParticipantRecord>().ShouldBe(128);
        Unsafe.SizeOf<Lane>().ShouldBe(128);
        Unsafe.SizeOf<SubscriptionRecord>().ShouldBe(384);
    }

    [Fact]
    public void Constants_are_as_published()
    {
        Segment.Magic.ShouldBe(0x0A1A0A514D485354ul);
        BitConverter.GetBytes(Segment.Magic).ShouldBe("TSHMQ\n\u001a\n"u8.ToArray());
        Segment.AbiVersion.ShouldBe(1u);
        Segment.LinePair.ShouldBe(128);
        Segment.HeaderSize.ShouldBe(4096);
        Segment.PageSize.ShouldBe(4096);
        Segment.LanesPerParticipant.ShouldBe(8);
        Segment.CompletedBit.ShouldBe(long.MinValue);
        Segment.NameLock.ShouldBe(0);
        Segment.FirstParticipantLock.ShouldBe(1);
        Segment.SubscribingLock.ShouldBe(4097);
        SlotLayout.WordSize.ShouldBe(8);
    }

    [Theory]
    [InlineData(nameof(SegmentHeader.Tail))]
    [InlineData(nameof(SegmentHeader.Head))]
    [InlineData(nameof(SegmentHeader.NotEmptyGate))]
    [InlineData(nameof(SegmentHeader.NotFullGate))]
    public void Hot_word_has_a_line_pair_of_its_own(string name)
    {
        int offset = (int)Marshal.OffsetOf<SegmentHeader>(name);
        (offset % Segment.LinePair).ShouldBe(0);
        // The floor moves with head, and is read where head is.
        typeof(SegmentHeader).GetFields().Where(f =>
            !string.Equals(f.Name, name, StringComparison.Ordinal) && f.Name is not nameof(SegmentHeader.Floor))
            .ShouldAllBe(f => Math.Abs((int)Marshal.OffsetOf<SegmentHeader>(f.Name) - offset) >= Segment.LinePair);
    }

    [Theory]
    [InlineData(1, 6, 7)]
    [InlineData(1024, 4098, 4099)]
    [InlineData(1L << 60, (1L << 62) + 2, (1L << 62) + 3)]
    public void Slot_word_carries_position_and_state(long position, long published, long tombstone)
    {
        SlotWord.Published(position).ShouldBe(published);
        SlotWord.Tombstone(position).ShouldBe(tombstone);
        SlotWord.Position(published).ShouldBe(position);
        SlotWord.Position(tombstone).ShouldBe(position);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(63, 7)]
    [InlineData(4095, 1L << 40)]
    public void Owner_word_carries_entry_and_generation(int index, long generation)
    {
        OwnerWord word = new(index, generation);
        word.Index.ShouldBe(index);
        word.Generation.ShouldBe(generation);
        word.Word.ShouldNotBe(0);
        new OwnerWord(word.Word).ShouldBe(word);
    }

    private static IEnumerable<string> Fields<T>() =>
        typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Select(f => (f.Name, Offset: f.GetCustomAttribute<FieldOffsetAttribute>()!.Value, Size: SizeOf(f.FieldType)))
        .OrderBy(f => f.Offset).Select(f => $"{f.Name} {f.Offset} {f.Size}");

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
