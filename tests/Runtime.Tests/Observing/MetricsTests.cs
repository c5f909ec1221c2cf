using System.Diagnostics;
using System.Diagnostics.Metrics;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Observing;

/// <summary>What a collector sees, through the OpenTelemetry SDK and an exporter of ours.</summary>
public sealed class MetricsTests : QueueTests<ManyProducers, ManyConsumers>
{
    private const string Prefix = "messaging.typedshmqueue.";

    [Fact]
    public void Counts_and_levels_of_the_segment_reach_an_exporter()
    {
        using Collector collector = new();
        var queue = Create(capacity: 4);
        var other = Open();
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        // Each count is another, so that none passes for the next.
        for (int i = 4; i < 7; i++) queue.EnqueueShift(P(i)).ShouldBeTrue();
        for (int i = 0; i < 2; i++) other.TryDequeue(out _).ShouldBeTrue();
        if (queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Dispose();

        Dictionary<string, double> seen = collector.Of(Name);
        seen[Prefix + "queue.capacity"].ShouldBe(4);
        seen[Prefix + "queue.depth"].ShouldBe(queue.Count);
        seen[Prefix + "queue.participants"].ShouldBe(2);
        seen[Prefix + "enqueued"].ShouldBe(7);
        seen[Prefix + "dequeued"].ShouldBe(2);
        seen[Prefix + "displaced"].ShouldBe(3);
        seen[Prefix + "abandoned"].ShouldBe(1);
        seen[Prefix + "recovered"].ShouldBe(0);
        seen[Prefix + "parked"].ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Waits_are_recorded_and_calls_that_do_not_wait_are_not(bool pending)
    {
        using Collector collector = new();
        var queue = Create(capacity: 4);
        queue.Enqueue(P(0), default);
        queue.Dequeue(default).ShouldBe(P(0));
        collector.Of(Name).ShouldNotContainKey("messaging.client.operation.duration/dequeue");

        long began = Stopwatch.GetTimestamp();
        Task<Parcel> waiting = pending ? queue.DequeueAsync(default).AsTask() : Task.Run(() => queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked reader");
        queue.Enqueue(P(1), default);
        waiting.Ended().ShouldBe(P(1));
        Dictionary<string, double> seen = collector.Of(Name);
        seen["messaging.client.operation.duration/dequeue"].ShouldBe(1);
        // In seconds: no longer than from before the call until now.
        seen["messaging.client.operation.duration/dequeue/sum"]
            .ShouldBeInRange(double.Epsilon, Stopwatch.GetElapsedTime(began).TotalSeconds);
        seen["messaging.client.operation.duration/dequeue/buckets to a second"]
            .ShouldBeGreaterThan(10, "waits of microseconds and of milliseconds are told apart");
        seen.ShouldNotContainKey("messaging.client.operation.duration/enqueue");
        seen[Prefix + "parked"].ShouldBeGreaterThan(0);
    }

    /// <summary>Listeners run in the middle of the call that waited: the message was taken by then.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Listener_that_throws_costs_no_message(bool pending)
    {
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, to) =>
        {
            if (string.Equals(instrument.Meter.Name, ShmQueueTelemetry.MeterName, StringComparison.Ordinal))
                to.EnableMeasurementEvents(instrument);
        };
        int told = 0;
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (!Equals(tag.Value, Name)) continue;
                told++;
                throw new InvalidOperationException("The listener fails.");
            }
        });
        listener.Start();
        var queue = Create(capacity: 4);
        LateMeter.Make();
        Task<Parcel> waiting = pending ? queue.DequeueAsync(default).AsTask() : Task.Run(() => queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked reader");
        queue.Enqueue(P(1), default);
        waiting.Ended().ShouldBe(P(1));
        told.ShouldBe(1);
    }

    [Fact]
    public void Queue_of_two_handles_is_reported_once()
    {
        _ = Create(capacity: 4);
        _ = Open();
        Reported.Of(Prefix + "queue.capacity", Name).ShouldBe([4]);
    }

    [Fact]
    public void Queues_of_one_name_in_two_folders_are_told_apart()
    {
        using Collector collector = new();
        using QueueFolder elsewhere = new();
        var here = Create(capacity: 4);
        var there = elsewhere.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contract, Name, elsewhere.Options with { Capacity = 16, Wait = WaitPolicy.Park }));
        here.Enqueue(P(0), default);
        Task<Parcel> waiting = Task.Run(() => there.Dequeue(default));
        Worker.WaitUntil(() => there.GetStatistics().Parked > 0, "a parked reader");
        there.Enqueue(P(1), default);
        waiting.Ended().ShouldBe(P(1));

        Dictionary<string, double> seen = collector.Of(Name, Folder.Location);
        seen[Prefix + "queue.capacity"].ShouldBe(4);
        seen[Prefix + "queue.depth"].ShouldBe(1);
        seen.ShouldNotContainKey("messaging.client.operation.duration/dequeue");
        seen = collector.Of(Name, elsewhere.Location);
        seen[Prefix + "queue.capacity"].ShouldBe(16);
        seen[Prefix + "queue.depth"].ShouldBe(0);
        seen["messaging.client.operation.duration/dequeue"].ShouldBe(1);
    }

    [Fact]
    public void Queue_whose_last_handle_is_disposed_is_not_reported()
    {
        using Collector collector = new();
        var queue = Create();
        var other = Open();
        queue.Dispose();
        collector.Of(Name)[Prefix + "queue.capacity"].ShouldBe(8);
        other.Dispose();
        collector.Of(Name).ShouldBeEmpty();
    }
}
