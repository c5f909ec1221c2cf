using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>Subscriptions and their handle end beside each other, and beside calls.</summary>
public abstract class EndTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    /// <summary>Far more than a Dispose that does not wait needs to come to its end.</summary>
    private const int LooksInTheCall = 200;

    [Fact]
    public void Handle_waits_for_the_call_that_a_subscription_s_end_waits_for()
    {
        var queue = Create();
        var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(P(7)).ShouldBeTrue();
        using ManualResetEventSlim isIn = new(), mayGo = new();
        bool whole = true;
        Worker call = Worker.Start(() =>
        {
            bool took = subscription.TryDequeue((in Parcel parcel) =>
            {
                isIn.Set();
                mayGo.Wait(Worker.Patience);
                for (int i = 0; i < LooksInTheCall; i++)
                {
                    whole &= parcel.IsWhole && parcel.Sequence == 7;
                    Thread.Sleep(1);
                }

                return true;
            }, out Parcel parcel);
            took.ShouldBeTrue();
            parcel.ShouldBe(P(7));
        });
        isIn.Wait(Worker.Patience).ShouldBeTrue();
        Worker first = Worker.Start(subscription.Dispose);
        Worker.WaitUntil(() => IsDisposed(() => _ = subscription.Lag), "a subscription that is being disposed");
        Worker second = Worker.Start(queue.Dispose);
        Worker.WaitUntil(() => IsDisposed(() => queue.Subscribe(SubscribeFrom.Oldest, null).Dispose()), "a handle that is being disposed");
        mayGo.Set();
        foreach (Worker worker in (Worker[])[call, first, second]) worker.Join();
        whole.ShouldBeTrue();
    }

    [Fact]
    public void Handle_that_a_predicate_could_not_dispose_goes_on()
    {
        var queue = Create();
        using var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => subscription.TryDequeue((in Parcel _) =>
        {
            queue.Dispose();
            return true;
        }, out _)).Message.ShouldContain("predicate");
        using var other = queue.Subscribe(SubscribeFrom.Oldest, null);
        Drain(other).ShouldBe([0]);
        Drain(subscription).ShouldBe([0]);
        queue.Dispose();
    }

    private static bool IsDisposed(Action use)
    {
        try
        {
            use();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}

public sealed class EndTests_ManyProducers : EndTests<ManyProducers>;
public sealed class EndTests_OneProducer : EndTests<OneProducer>;
