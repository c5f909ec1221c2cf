using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class LapTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Order_holds_over_many_laps_whatever_mix_of_calls(int capacity)
    {
        var queue = Create(capacity);
        Random random = new(capacity);
        Parcel[] room = new Parcel[capacity + 1];
        long sent = 0, got = 0;
        while (sent < 5000 * capacity)
        {
            switch (random.Next(OneProducer ? 5 : 6))
            {
                case 0:
                    if (queue.TryEnqueue(P(sent))) sent++;
                    break;
                case 1:
                    sent += queue.TryEnqueue(Parcels(sent, random.Next(1, capacity + 2)));
                    break;
                case 2:
                    if (!queue.TryClaim(out SlotWriter<Parcel> writer)) break;
                    writer.Value = P(sent++);
                    writer.Commit();
                    break;
                case 3:
                    if (queue.TryPeek(out Parcel oldest)) oldest.ShouldBe(P(got));
                    if (queue.TryDequeue(out Parcel one)) one.ShouldBe(P(got++));
                    break;
                case 4:
                    int taken = queue.TryDequeue(room.AsSpan(0, random.Next(1, room.Length + 1)));
                    for (int i = 0; i < taken; i++) room[i].ShouldBe(P(got++));
                    break;
                case 5:
                    if (queue.TryClaim(out SlotWriter<Parcel> unsent)) unsent.Dispose();
                    break;
            }

            if (OneProducer) ((long)queue.Count).ShouldBe(sent - got);
        }

        Drain(queue).ShouldBe(Range(got, (int)(sent - got)));
        queue.GetStatistics().Enqueued.ShouldBe(sent);
        queue.GetStatistics().Dequeued.ShouldBe(sent);
    }
}
