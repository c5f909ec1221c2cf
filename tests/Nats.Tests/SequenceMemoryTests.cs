using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats.Tests;

/// <summary>What an inbound bridge remembers of a stream, beside its queue.</summary>
public sealed class SequenceMemoryTests : BridgeTests
{
    private const int Remembered = 1024;

    private static readonly DateTimeOffset s_created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_was_added_is_known_until_its_place_is_another_s_and_survives_the_bridge()
    {
        QueueBytes queue = QueueBytes.Of(Orders());
        using (SequenceMemory memory = Open(queue))
        {
            for (ulong sequence = 1; sequence <= Remembered; sequence++) memory.Add(Stored(sequence));
        }

        using SequenceMemory next = Open(queue);
        next.Contains(Stored(1)).ShouldBeTrue();
        next.Contains(Stored(Remembered)).ShouldBeTrue();
        next.Contains(Stored(Remembered + 1)).ShouldBeFalse();
        next.Add(Stored(Remembered + 1));
        next.Contains(Stored(1)).ShouldBeFalse("its place is the other's");
        next.Contains(Stored(2)).ShouldBeTrue();
    }

    /// <summary>A server that has lost the end of its stream gives the sequences to other messages.</summary>
    [Fact]
    public void Another_message_of_the_same_sequence_is_not_known()
    {
        using SequenceMemory memory = Open(QueueBytes.Of(Orders()));
        memory.Add(Stored(7));
        memory.Contains(Stored(7) with { Time = Stored(7).Time + 1 }).ShouldBeFalse();
    }

    [Fact]
    public void What_was_begun_and_claimed_is_unfinished_until_it_is_added()
    {
        const long Ring = 3;
        QueueBytes queue = QueueBytes.Of(Orders());
        using SequenceMemory memory = Open(queue);
        memory.TryGetUnfinished(Ring, out _, out _).ShouldBeFalse();
        memory.Begin(Stored(5), Ring);
        memory.TryGetUnfinished(Ring, out _, out _).ShouldBeFalse("nothing is claimed");
        memory.Claimed = 40;
        memory.TryGetUnfinished(Ring, out MessageInStream message, out long claimed).ShouldBeTrue();
        (message, claimed).ShouldBe((Stored(5), 40));
        memory.TryGetUnfinished(Ring + 1, out _, out _).ShouldBeFalse("the positions are those of another ring");
        memory.Add(Stored(5));
        memory.TryGetUnfinished(Ring, out _, out _).ShouldBeFalse();
        memory.Begin(Stored(6), Ring);
        memory.TryGetUnfinished(Ring, out _, out _).ShouldBeFalse("the claim was the other message's");
    }

    /// <summary>Another machine may have held a message for long.</summary>
    [Fact]
    public void An_older_message_takes_no_place_of_a_later_one()
    {
        using SequenceMemory memory = Open(QueueBytes.Of(Orders()));
        memory.Add(Stored(Remembered + 1));
        memory.Add(Stored(1));
        memory.Contains(Stored(Remembered + 1)).ShouldBeTrue();
        memory.Contains(Stored(1)).ShouldBeFalse();
    }

    [Fact]
    public void With_another_size_it_begins_anew_but_for_what_was_being_sent()
    {
        QueueBytes queue = QueueBytes.Of(Orders());
        foreach (int size in new[] { 2 * Remembered, Remembered })
        {
            using (SequenceMemory memory = Open(queue, 3 * Remembered - size))
            {
                memory.Add(Stored(1));
                memory.Begin(Stored(2), 0);
                memory.Claimed = 9;
            }

            using SequenceMemory next = Open(queue, size);
            next.Contains(Stored(1)).ShouldBeFalse();
            next.TryGetUnfinished(0, out MessageInStream message, out long claimed).ShouldBeTrue();
            (message, claimed).ShouldBe((Stored(2), 9));
        }
    }

    [Fact]
    public void It_is_whose_the_queue_is_and_what_a_dead_maker_left_is_removed()
    {
        QueueBytes queue = QueueBytes.Of(Orders());
        string path = SequenceMemory.PathOf(queue, "ORDERS", "machine");
        Open(queue).Dispose();
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(path).ShouldBe(File.GetUnixFileMode(queue.Path));
        string left = Folder.PathOf(".gone.0123456789abcdef.nats");
        File.WriteAllBytes(left, []);
        SequenceMemory.RemoveLeftovers(Folder.Location, dry: false).ShouldBe([Path.GetFileName(left)]);
        File.Exists(path).ShouldBeTrue();
    }

    private static MessageInStream Stored(ulong sequence) => new(sequence, s_created.UtcTicks + (long)sequence);

    private static SequenceMemory Open(QueueBytes queue, int remembered = Remembered) =>
        SequenceMemory.Open(queue, "ORDERS", s_created, "machine", remembered);
}
