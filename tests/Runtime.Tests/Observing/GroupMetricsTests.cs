using System.Diagnostics.Metrics;
using TypedShmQueue.Runtime.Tests.Acknowledged;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Observing;

/// <summary>What a collector sees of messages that are taken under leases.</summary>
public sealed class GroupMetricsTests : AcknowledgedTests
{
    private const string Prefix = "messaging.typedshmqueue.";
    private const string Group = Prefix + "group.";

    [Fact]
    public void Workers_of_a_queue_are_a_group_without_a_name()
    {
        using Collector collector = new();
        var queue = Create(capacity: 32, with: options => options with { DeadLetter = Name + ".dead" });
        queue.TryEnqueue(Parcels(0, 16)).ShouldBe(16);
        // Each count is another, so that none passes for the next.
        for (int i = 0; i < 5; i++) queue.Take().Acknowledge().ShouldBeTrue();
        queue.Take().Reject();
        TypedLease<Parcel>[] back = [queue.Take(), queue.Take(), queue.Take()];
        foreach (TypedLease<Parcel> lease in back) lease.Abandon();
        var other = Open();
        for (int i = 0; i < 2; i++) other.Take();
        TypedLease<Parcel>[] held = [queue.Take(), queue.Take(), queue.Take(), queue.Take()];
        Thread.Sleep(20);

        Dictionary<string, double> seen = collector.Of(Name);
        seen[Prefix + "queue.depth"].ShouldBe(10);
        seen[Group + "waiting"].ShouldBe(4);
        seen[Group + "leased"].ShouldBe(6);
        seen[Group + "acknowledged"].ShouldBe(6, "one of them went to the dead-letter queue");
        seen[Group + "given_back"].ShouldBe(3);
        seen[Group + "taken_back"].ShouldBe(0);
        seen[Group + "dead_lettered"].ShouldBe(1);
        seen[Group + "lease.age"].ShouldBeInRange(0.01, 60);

        other.Dispose();
        foreach (TypedLease<Parcel> lease in held) lease.Acknowledge().ShouldBeTrue();
        seen = collector.Of(Name);
        seen[Group + "given_back"].ShouldBe(5);
        seen[Group + "leased"].ShouldBe(0);
        seen[Group + "lease.age"].ShouldBe(0);
    }

    [Fact]
    public void Messages_that_are_taken_back_from_one_who_is_too_slow_are_counted()
    {
        using Collector collector = new();
        var slow = Create(with: static options => options with { LeaseTimeout = TimeSpan.FromMilliseconds(1) });
        slow.TryEnqueue(Parcels(0, 1)).ShouldBe(1);
        slow.Take();
        var quick = Open();
        quick.TryTake(out TypedLease<Parcel> lease, Worker.Patience).ShouldBeTrue();
        lease.Deliveries.ShouldBe(2);
        collector.Of(Name)[Group + "taken_back"].ShouldBe(1);
    }

    [Fact]
    public void Each_group_of_a_broadcast_queue_is_reported_by_its_name()
    {
        using Collector collector = new();
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        var queue = Folder.Track(TypedBroadcast<Parcel, ManyProducers>.Create(contract, Name, Folder.Options with { Capacity = 16 }));
        using TypedGroup<Parcel> billing = queue.JoinGroup("billing"), audit = queue.JoinGroup("audit");
        queue.TryEnqueue(Parcels(0, 5)).ShouldBe(5);
        billing.Take();
        billing.Take().Acknowledge().ShouldBeTrue();

        Dictionary<string, double> seen = collector.Of(Name);
        seen[Group + "waiting/billing"].ShouldBe(3);
        seen[Group + "leased/billing"].ShouldBe(1);
        seen[Group + "acknowledged/billing"].ShouldBe(1);
        seen[Group + "waiting/audit"].ShouldBe(5);
        seen[Group + "leased/audit"].ShouldBe(0);
        seen.ShouldNotContainKey(Group + "waiting");
    }

    [Fact]
    public void Queue_without_leases_reports_no_group()
    {
        using Collector collector = new();
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contracts.Parcel<ManyProducers, ManyConsumers>(),
            Name, Folder.Options));
        collector.Of(Name).Keys.ShouldNotContain(metric => metric.StartsWith(Group, StringComparison.Ordinal));
        queue.Count.ShouldBe(0);
    }

    /// <summary>The sum of a collection fits together although others go on sending and taking meanwhile.</summary>
    [Fact]
    public void All_instruments_of_a_collection_report_the_same_instant_and_the_next_collection_a_later_one()
    {
        var queue = Create();
        List<(string Instrument, long Value)> reported = [];
        using MeterListener listener = Listener(static _ => true);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (!Equals(tag.Value, Name)) continue;
                reported.Add((instrument.Name[Prefix.Length..], value));
                // Between one instrument and the next the queue goes on.
                queue.TryEnqueue(P(reported.Count));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Value("queue.depth").ShouldBe(0);
        Value("enqueued").ShouldBe(0);
        Value("group.waiting").ShouldBe(0);
        reported.Clear();
        listener.RecordObservableInstruments();
        Value("queue.depth").ShouldBe(8);
        Value("enqueued").ShouldBe(8);
        Value("group.waiting").ShouldBe(8);

        long Value(string instrument) =>
            reported.Single(one => string.Equals(one.Instrument, instrument, StringComparison.Ordinal)).Value;
    }

    /// <summary>A collector of some instruments leaves nothing behind that the next one on its thread would take for the present.</summary>
    [Fact]
    public void Collector_of_all_instruments_sees_what_was_opened_after_another_asked_for_some()
    {
        using MeterListener some = Listener(static instrument => instrument.EndsWith("group.leased", StringComparison.Ordinal));
        some.Start();
        some.RecordObservableInstruments();
        var queue = Create();
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        List<(string Instrument, long Value)> reported = [];
        using MeterListener all = Listener(static _ => true);
        all.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (Equals(tag.Value, Name)) reported.Add((instrument.Name, value));
            }
        });
        all.Start();
        all.RecordObservableInstruments();
        reported.ShouldContain((Prefix + "queue.depth", 1));
        reported.ShouldContain((Group + "waiting", 1));
    }

    private static MeterListener Listener(Predicate<string> listensTo) => new()
    {
        InstrumentPublished = (instrument, to) =>
        {
            if (string.Equals(instrument.Meter.Name, ShmQueueTelemetry.MeterName, StringComparison.Ordinal) && listensTo(instrument.Name))
                to.EnableMeasurementEvents(instrument);
        },
    };
}
