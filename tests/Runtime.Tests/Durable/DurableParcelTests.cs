using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>Tests of a durable queue whose messages go to one consumer each.</summary>
public abstract class DurableParcelTests : DurableTests
{
    protected static QueueContract Contract => Contracts.Parcel<ManyProducers, ManyConsumers>();

    /// <summary>Does something the first time that this thread comes to a step of a call.</summary>
    protected static void AtStep(string step, Action act, Action call)
    {
        bool isDone = false;
        Steps.Reached = label =>
        {
            if (isDone || !string.Equals(label, step, StringComparison.Ordinal)) return;
            isDone = true;
            act();
        };
        try
        {
            call();
        }
        finally
        {
            Steps.Reached = null;
        }

        isDone.ShouldBeTrue(step);
    }

    protected TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(ShmQueueOptions? options = null) =>
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, options ?? Options));
}
