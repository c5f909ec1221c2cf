using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>Calls that are held up while another thread disposes their handle.</summary>
public sealed class LateCallTests : QueueTests<ManyProducers, ManyConsumers>
{
    private const long NotFullGate = 896;

    /// <summary>Of the handle that is opened second.</summary>
    private static long FirstLaneMark => new SegmentGeometry(8, Contract.MessageSize, 64, Contract.SchemaLength).LanesOffset
        + (Segment.LanesPerParticipant * Segment.LinePair) + 8;

    private long Gate => Spoiler.ReadWord(Folder.PathOf(Name), NotFullGate);

    /// <summary>
    /// The mark is nobody's, but Dispose cannot know. The handle goes when its threads have come by, and none is in a call.
    /// </summary>
    [Fact]
    public void Handle_that_was_left_to_a_call_goes_when_its_thread_comes_back()
    {
        var watcher = Create();
        var queue = Open();
        using ManualResetEventSlim sent = new(), disposed = new();
        Worker sender = Worker.Start(() =>
        {
            queue.TryEnqueue(P(0)).ShouldBeTrue();
            sent.Set();
            disposed.Wait(Worker.Patience).ShouldBeTrue();
            Should.Throw<ObjectDisposedException>(() => queue.TryEnqueue(P(1)));
        });
        sent.Wait(Worker.Patience).ShouldBeTrue();
        Spoiler.Write(Folder.PathOf(Name), FirstLaneMark, 5L);
        Worker.Run(queue.Dispose);
        Attached(watcher).ShouldBe(2);
        disposed.Set();
        sender.Join();
        Attached(watcher).ShouldBe(1);
        Drain(watcher).ShouldBe([0]);
    }

#if DEBUG
    /// <summary>
    /// Dispose waits for a call, but not indefinitely: marks may be forged. What a thread sends that is held up for longer arrives all the
    /// same.
    /// </summary>
    [Fact]
    public void Message_that_Dispose_did_not_wait_for_arrives()
    {
        var watcher = Create();
        var queue = Open();
        using ManualResetEventSlim claimed = new(), disposed = new();
        Worker sender = Worker.Start(() =>
        {
            Steps.Reached = label =>
            {
                if (!string.Equals(label, "claim: claimed", StringComparison.Ordinal)) return;
                claimed.Set();
                disposed.Wait(Worker.Patience).ShouldBeTrue();
            };
            try
            {
                queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
                writer.Value = P(1);
                writer.Commit();
            }
            finally
            {
                Steps.Reached = null;
            }
        });
        claimed.Wait(Worker.Patience).ShouldBeTrue();
        Worker.Run(queue.Dispose);
        disposed.Set();
        sender.Join();
        Drain(watcher).ShouldBe([1]);
        watcher.GetStatistics().Recovered.ShouldBe(0);
        Attached(watcher).ShouldBe(1, "the handle goes when the call has ended");
    }

    /// <summary>
    /// A consumer that takes by a swap takes between Dispose's last wake and the end of the mapping, and is late with its own wake: that
    /// one finds no gate. A parked producer must be woken all the same, and not find out when its park is over.
    /// </summary>
    [Fact]
    public void Slot_that_is_freed_while_the_handle_goes_wakes_a_producer()
    {
        var producing = Create(capacity: 2);
        producing.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        var consuming = Open();
        Worker producer = Worker.Start(() => producing.Enqueue(P(2), default));
        Worker.WaitUntil(() => producing.GetStatistics().Parked > 0, "a parked producer");
        using ManualResetEventSlim reading = new(), mayTake = new(), taken = new(), disposed = new();
        Worker consumer = Worker.Start(() =>
        {
            HeldReader reader = new(reading, mayTake, taken, disposed);
            consuming.Core.Ring.TryTake(ref reader).ShouldBe(RingStatus.Done);
            consuming.Core.Took(1);
        });
        reading.Wait(Worker.Patience).ShouldBeTrue();
        long epochBefore = 0;
        Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                if (!string.Equals(label, "dispose: drained", StringComparison.Ordinal)) return;
                // Awake for the last wake, it finds no room, and announces itself anew.
                Worker.WaitUntil(() => (Gate & int.MaxValue) > 0, "an announcement");
                epochBefore = Gate >>> 32;
                mayTake.Set();
                taken.Wait(Worker.Patience).ShouldBeTrue();
            };
            try
            {
                consuming.Dispose();
            }
            finally
            {
                Steps.Reached = null;
            }
        });
        (Gate >>> 32).ShouldBeGreaterThan(epochBefore, "somebody woke the producer after the slot was free");
        disposed.Set();
        consumer.Join();
        producer.Join();
        Drain(producing).ShouldBe([1, 2]);
    }

    private readonly struct HeldReader(ManualResetEventSlim reading, ManualResetEventSlim mayTake, ManualResetEventSlim taken,
        ManualResetEventSlim disposed) : IMessageReader
    {
        public unsafe void Read<TMemory>(byte* message) where TMemory : struct, IMemory
        {
            reading.Set();
            mayTake.Wait(Worker.Patience);
        }

        public void Keep()
        {
            taken.Set();
            disposed.Wait(Worker.Patience);
        }
    }
#endif

    private static int Attached(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue) =>
        queue.GetStatistics().Participants.Count(p => p.IsAlive);
}
