using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Hostile;

/// <summary>Marks and positions on which a call would wait for ever, were they believed. Found by the fuzzer.</summary>
public sealed class SpoiltMarkTests
{
    public sealed class OfManyProducers : QueueTests<ManyProducers, ManyConsumers>
    {
        private static long FirstLaneMark => new SegmentGeometry(8, Contract.MessageSize, 64, Contract.SchemaLength).LanesOffset + 8;

        [Fact]
        public void Mark_in_the_lane_of_the_thread_that_disposes_is_not_waited_for()
        {
            Worker.Run(() =>
            {
                var queue = Create();
                queue.TryEnqueue(P(0)).ShouldBeTrue();
                Spoiler.Write(Folder.PathOf(Name), FirstLaneMark, 5L);
                queue.Dispose();
            });
        }

        [Fact]
        public void Mark_in_the_lane_of_a_thread_that_is_outside_any_call_is_not_waited_for_long()
        {
            var queue = Create();
            using ManualResetEventSlim sent = new(), disposed = new();
            Worker sender = Worker.Start(() =>
            {
                queue.TryEnqueue(P(0)).ShouldBeTrue();
                sent.Set();
                disposed.Wait(Worker.Patience).ShouldBeTrue();
            });
            sent.Wait(Worker.Patience).ShouldBeTrue();
            Spoiler.Write(Folder.PathOf(Name), FirstLaneMark, 5L);
            Worker.Run(queue.Dispose);
            disposed.Set();
            sender.Join();
        }
    }

    public sealed class OfOneProducer : QueueTests<OneProducer, ManyConsumers>
    {
        /// <summary>
        /// A tail put back and a word wiped out: the oldest position looks as if it were still to be claimed, by this very producer.
        /// </summary>
        [Fact]
        public void Producer_that_displaces_does_not_wait_for_itself()
        {
            const int Capacity = 4;
            var queue = Create(Capacity);
            string file = Folder.PathOf(Name);
            Worker.Run(() =>
            {
                queue.TryEnqueue(Parcels(0, Capacity)).ShouldBe(Capacity);
                Spoiler.Write(file, 512, Spoiler.ReadWord(file, 640));
                Spoiler.Write(file, Spoiler.ReadWord(file, 72), 0L);
                Should.Throw<ShmQueueCorruptException>(() => queue.EnqueueShift(P(9)));
            });
        }
    }
}
