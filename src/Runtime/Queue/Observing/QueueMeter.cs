using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace TypedShmQueue.Queue.Observing;

/// <summary>
/// The instruments, named by OpenTelemetry's conventions for messaging. Counts are read from the segment when a collector asks, so that
/// sending and taking pay nothing for them; only a call that waited reports itself, after its wait. <see cref="LateMeter"/> makes it.
/// </summary>
internal static class QueueMeter
{
    private const string Prefix = "messaging.typedshmqueue.";
    private const string System = "messaging.system";
    private const string Destination = "messaging.destination.name";
    private const string Directory = Prefix + "directory";
    private const string Subscription = "messaging.destination.subscription.name";
    private const string Group = "messaging.consumer.group.name";
    private const string Operation = "messaging.operation.name";

    private static readonly KeyValuePair<string, object?> s_system = new(System, "typedshmqueue");
    private static readonly Meter s_meter = new(ShmQueueTelemetry.MeterName, typeof(QueueMeter).Assembly.GetName().Version?.ToString(3));

    private static readonly Histogram<double> s_waits = s_meter.CreateHistogram<double>("messaging.client.operation.duration", "s",
        "How long calls waited that found the queue empty, or full, and waited longer than their first looks.", tags: null,
        // From a wake across cores to a minute. The buckets of a collector, meant for requests, would have nearly every wait in the first.
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25,
                0.5, 1, 2.5, 5, 10, 60],
        });

    private static int s_instruments;

    static QueueMeter()
    {
        // The runtime lists every meter and its instruments' callbacks, which are this assembly's: a plug-in would never go.
        UnloadingLibrary.Disposes(s_meter);
        Level("queue.depth", "{message}", "Messages in the queue.", static queue => queue.Count);
        Level("queue.capacity", "{message}", "Messages the queue can hold.", static queue => queue.Capacity);
        Level("queue.participants", "{participant}", "Handles that are attached, of all processes.",
            static queue => queue.Statistics.Participants.Count(static p => p.IsAlive));
        Total("enqueued", "{message}", "Messages sent, by all processes.", static queue => queue.Statistics.Enqueued);
        Total("dequeued", "{message}", "Messages taken by consumers, of all processes.", static queue => queue.Statistics.Dequeued);
        Total("displaced", "{message}", "Messages dropped to make room.", static queue => queue.Statistics.Displaced);
        Total("abandoned", "{message}", "Positions without a message: a writer was not committed, or its process died.",
            static queue => queue.Statistics.Abandoned);
        Total("recovered", "{message}", "Abandoned positions that others resolved after a death.",
            static queue => queue.Statistics.Recovered);
        // Not a total: the count of a handle goes with the handle.
        Level("parked", "{park}", "Stays in the kernel of the handles that are attached.", static queue => queue.Statistics.Parked);
        _ = s_meter.CreateObservableUpDownCounter(Prefix + "subscription.lag", Reader(Lags), "{message}",
            "Messages that a subscription has still to take.");
        CommitTotal("commits", "{commit}", "Writes to the journal of a durable queue, each with its sync.",
            static commits => commits.Count);
        CommitTotal("committed", "{message}", "Positions that these have committed.", static commits => commits.Messages);
        _ = s_meter.CreateObservableUpDownCounter(Prefix + "uncommitted", Reader(static queue => Commits(queue, static c => c.Uncommitted)),
            "{message}", "Messages that were sent and are not committed.");
        _ = s_meter.CreateObservableCounter(Prefix + "commit.time",
            Reader(static queue => Commits(queue, static commits => commits.Total.TotalSeconds)), "s", "How long all commits took.");
        _ = s_meter.CreateObservableGauge(Prefix + "commit.longest",
            Reader(static queue => Commits(queue, static commits => commits.Longest.TotalSeconds)), "s",
            "How long the slowest commit took.");
        _ = s_meter.CreateObservableGauge(Prefix + "commit.last",
            Reader(static queue => Commits(queue, static commits => commits.Last.TotalSeconds)), "s", "How long the last commit took.");
        GroupLevel("waiting", "Messages that wait to be taken under a lease.", static group => group.Waiting);
        GroupLevel("leased", "Messages that a worker has taken and not settled.", static group => group.Leased);
        GroupTotal("acknowledged", "Messages that were settled.", static group => group.Acknowledged);
        GroupTotal("given_back", "Messages that a worker gave back, to be delivered again.", static group => group.GivenBack);
        GroupTotal("taken_back", "Messages that were taken back from a worker that died, or held them for too long.",
            static group => group.TakenBack);
        GroupTotal("dead_lettered", "Messages that went to a dead-letter queue.", static group => group.DeadLettered);
        // Zero rather than nothing: a collector keeps what it was told last.
        _ = s_meter.CreateObservableGauge(Prefix + "group.lease.age",
            Reader(static queue => Groups(queue, static group => group.OldestLeaseAge?.TotalSeconds ?? 0)), "s",
            "How long a worker has had the message that was taken first of all that are not settled; 0 if there is none.");
    }

    /// <summary>A call has waited.</summary>
    /// <param name="place">Where.</param>
    /// <param name="operation">What the call is named.</param>
    /// <param name="took">How long, in <see cref="Stopwatch"/> ticks.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A listener's error would cost the caller " +
        "the message that was taken; it is the listener's own.")]
    public static void Waited(ObservedPlace place, string operation, long took)
    {
        if (!s_waits.Enabled) return;
        try
        {
            s_waits.Record((double)took / Stopwatch.Frequency,
                [s_system, new(Destination, place.Name), new(Directory, place.Directory), new(Operation, operation)]);
        }
        catch (Exception)
        {
            // Listeners run on this thread, in the middle of the call.
        }
    }

    private static void Level(string name, string unit, string description, Func<ObservedState, long> read) =>
        _ = s_meter.CreateObservableUpDownCounter(Prefix + name, Reader(queue => One(queue, read)), unit, description);

    private static void Total(string name, string unit, string description, Func<ObservedState, long> read) =>
        _ = s_meter.CreateObservableCounter(Prefix + name, Reader(queue => One(queue, read)), unit, description);

    private static void CommitTotal(string name, string unit, string description, Func<ShmQueueCommits, long> read) =>
        _ = s_meter.CreateObservableCounter(Prefix + name, Reader(queue => Commits(queue, read)), unit, description);

    private static void GroupLevel(string name, string description, Func<ShmQueueGroup, long> read) =>
        _ = s_meter.CreateObservableUpDownCounter(Prefix + "group." + name, Reader(queue => Groups(queue, read)), "{message}", description);

    private static void GroupTotal(string name, string description, Func<ShmQueueGroup, long> read) =>
        _ = s_meter.CreateObservableCounter(Prefix + "group." + name, Reader(queue => Groups(queue, read)), "{message}", description);

    /// <summary>An instrument's callback. Each has a number: all instruments of a collection report the same instant.</summary>
    private static Func<IEnumerable<Measurement<TValue>>> Reader<TValue>(Func<ObservedState, IEnumerable<Measurement<TValue>>> read)
        where TValue : struct
    {
        int instrument = s_instruments++;
        return () => ObservedSnapshot.For(instrument).SelectMany(read);
    }

    private static Measurement<long>[] One(ObservedState queue, Func<ObservedState, long> read) => [new(read(queue), Tags(queue.Place))];

    /// <summary>One for each name. The anonymous have nothing to tell them apart: of them, the one that lags most.</summary>
    private static IEnumerable<Measurement<long>> Lags(ObservedState queue) =>
        queue.Subscriptions.GroupBy(static s => s.Name, StringComparer.Ordinal).Select(named => new Measurement<long>(
            named.Max(static s => s.Lag), [.. Tags(queue.Place), .. Tag(Subscription, named.Key)]));

    /// <summary>One for a durable queue, and none for any other.</summary>
    private static IEnumerable<Measurement<TValue>> Commits<TValue>(ObservedState queue, Func<ShmQueueCommits, TValue> read)
        where TValue : struct =>
        queue.Statistics.Commits is { } commits ? [new(read(commits), Tags(queue.Place))] : [];

    /// <summary>One for each group. The workers of a queue with acknowledged delivery are one without a name.</summary>
    private static IEnumerable<Measurement<TValue>> Groups<TValue>(ObservedState queue, Func<ShmQueueGroup, TValue> read)
        where TValue : struct =>
        queue.Statistics.Groups.Select(group => new Measurement<TValue>(read(group), [.. Tags(queue.Place), .. Tag(Group, group.Name)]));

    private static KeyValuePair<string, object?>[] Tags(ObservedPlace place) =>
        [s_system, new(Destination, place.Name), new(Directory, place.Directory)];

    private static KeyValuePair<string, object?>[] Tag(string key, string? name) => name is null ? [] : [new(key, name)];
}
