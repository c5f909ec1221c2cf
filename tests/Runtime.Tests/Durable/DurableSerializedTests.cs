using System.Buffers;
using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>Durable queues of serialized messages, by many producers and by one.</summary>
public class DurableSerializedTests : DurableTests
{
    [Fact]
    public void Notes_survive_whole_whatever_their_length()
    {
        string[] texts = ["", "x", new string('ß', 46), "Grüße", new string('z', 92)];
        var queue = Open();
        for (int i = 0; i < texts.Length; i++) queue.Enqueue(new Note(i, texts[i]), default);
        LosePower();
        queue = Open();
        for (int i = 0; i < texts.Length; i++) queue.Dequeue(default).ShouldBe(new Note(i, texts[i]));
        queue.Flush();
        LosePower();
        queue = Open();
        queue.TryDequeue(out Note? none).ShouldBeFalse();
        none.ShouldBeNull();
    }

    /// <summary>The rest of a slot is what an earlier message left there: it is nobody's to write to a disk.</summary>
    [Fact]
    public void Only_the_bytes_in_use_are_written()
    {
        const string Secret = "this was in the slot before";
        var queue = Open(Options with { Capacity = 2 });
        var hasty = Open(Options with { Durability = Durability.Cached });
        for (int i = 0; i < 2; i++)
        {
            hasty.Enqueue(new Note(0, Secret), default);
            hasty.Dequeue(default).Text.ShouldBe(Secret);
        }

        queue.Enqueue(new Note(1, "short"), default);
        string journal = System.Text.Encoding.Latin1.GetString(Journal());
        journal.ShouldContain("short");
        journal.ShouldNotContain("slot before");
    }

    [Fact]
    public void Large_messages_take_their_own_length_and_not_that_of_their_slot()
    {
        ShmQueueOptions options = Options with { Capacity = 4 };
        LargeQueue Large() => Track(LargeQueue.OpenOrCreate(Name, options));
        var queue = Large();
        byte[] small = Bytes(100), large = Bytes(LargeSlot.MaxBytes);
        queue.Enqueue(small, default);
        queue.Enqueue(large, default);
        long written = NextOffset();
        queue.Enqueue(small, default);
        (NextOffset() - written).ShouldBe(4096, "one block of 4 KiB has a hundred bytes");
        written = NextOffset();
        queue.Enqueue(large, default);
        (NextOffset() - written).ShouldBe(LargeSlot.MaxBytes + 4096);
        LosePower();
        queue = Large();
        queue.Dequeue(default).ShouldBe(small);
        queue.Dequeue(default).AsSpan().SequenceEqual(large).ShouldBeTrue();
        queue.Dequeue(default).ShouldBe(small);
        queue.Dequeue(default).AsSpan().SequenceEqual(large).ShouldBeTrue();
    }

    [Fact]
    public void Subscribers_to_serialized_messages_keep_their_place()
    {
        NoteBroadcast<OneProducer> All() => Track(NoteBroadcast<OneProducer>.OpenOrCreate(Name, Options));
        var queue = All();
        var billing = queue.Subscribe("billing");
        for (int i = 0; i < 3; i++) queue.Enqueue(new Note(i, $"note {i}"), default);
        billing.Dequeue(default).Id.ShouldBe(0);
        queue.Flush();
        CutPower();
        queue = All();
        billing = queue.Subscribe("billing");
        billing.Dequeue(default).ShouldBe(new Note(1, "note 1"));
        billing.Dequeue(default).ShouldBe(new Note(2, "note 2"));
        billing.TryDequeue(out _).ShouldBeFalse();
    }

    private NoteQueue<ManyProducers, ManyConsumers> Open(ShmQueueOptions? options = null) =>
        Track(NoteQueue<ManyProducers, ManyConsumers>.OpenOrCreate(Name, options ?? Options));

    /// <summary>Where the next block goes: the fourth word of the journal's position, in the ring's header.</summary>
    private long NextOffset() => Spoiler.ReadWord(Rings().ShouldHaveSingleItem(), 1280 + 24);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The slot of a message of up to 3 MiB.</summary>
    [StructLayout(LayoutKind.Sequential, Size = sizeof(int) + MaxBytes)]
    private struct LargeSlot
    {
        public const int MaxBytes = 3 << 20;
    }

    private sealed class LargeSerializer : IShmSerializer<byte[]>
    {
        public static void Serialize(in byte[] message, IBufferWriter<byte> destination) => destination.Write(message);

        public static byte[] Deserialize(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }

    private sealed class LargeQueue : SerializedQueue<byte[]>
    {
        private LargeQueue(QueueHandle handle)
            : base(handle.Serialize<byte[], LargeSerializer, LargeSlot, ManyProducers, ManyConsumers>())
        {
        }

        public static LargeQueue OpenOrCreate(string name, ShmQueueOptions options) => new(QueueHandle.OpenOrCreate<LargeSlot>(
            Contracts.Of<LargeSlot, ManyProducers, ManyConsumers>("0 4 i32 Length\n4 3145728 serialized:LargeSerializer Bytes\n"), name,
            options));
    }
}
