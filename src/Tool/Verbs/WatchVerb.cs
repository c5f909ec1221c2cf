using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Pages;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Shows queues live. Into a pipe goes a line for each queue and look.</summary>
internal sealed class WatchVerb : Verb
{
    private readonly Argument<string[]> _queues =
        new("queue") { Description = "The names of the queues. Default: all queues that exist at the start.",
        Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<double> _interval = CommonOptions.Interval(0.5);
    private readonly Option<long?> _count = CommonOptions.Count("End after this many updates.");

    public WatchVerb() : base("watch", "Show queues live: depth, rates, attached processes, leases, and how far subscriptions lag. Ctrl+C "
        + "ends it.",
        "shmq watch                         all queues",
        "shmq watch trades orders -i 0.1",
        "shmq watch trades --json --count 60 -i 1 > minute.jsonl")
    {
        CommonOptions.CompleteByNames(_queues);
        Arguments.Add(_queues);
        Options.Add(_interval);
        Options.Add(_count);
    }

    protected override int Run(Call call)
    {
        List<QueueWatch> watches = [];
        try
        {
            foreach (SegmentReader queue in Open(call)) watches.Add(new QueueWatch(queue));
            if (watches.Count == 0)
            {
                call.Screen.Warn($"There are no queues in '{call.Directory}'.");
                return ExitCode.NoSuchQueue;
            }

            if (call.Json || !Screen.IsLive || !call.Screen.Console.Profile.Capabilities.Ansi)
            {
                Repeat(call, watches, () => watches.ForEach(watch => Line(call, watch)));
                return ExitCode.Done;
            }

            using MovingPage page = new(call.Screen);
            Repeat(call, watches, () => page.Show(width => WatchPage.Of(watches, width)));
            return ExitCode.Done;
        }
        finally
        {
            watches.ForEach(static watch => watch.Dispose());
        }
    }

    private IEnumerable<SegmentReader> Open(Call call)
    {
        string[] asked = call.Get(_queues) ?? [];
        if (asked.Length > 0) return asked.Select(name => SegmentReader.TryOpen(name, call.Options) ?? throw call.NoSuchQueue(name));
        return QueueFolder.Of(call.Options).Queues.Select(name => TryOpen(name, call.Options)).OfType<SegmentReader>();
    }

    /// <summary>Among all that there are, one that cannot be used is nothing to end for.</summary>
    private static SegmentReader? TryOpen(string name, ShmQueueOptions options)
    {
        try
        {
            return SegmentReader.TryOpen(name, options);
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Repeat(Call call, List<QueueWatch> watches, Action show)
    {
        var interval = TimeSpan.FromSeconds(call.Get(_interval));
        for (long left = call.Get(_count) ?? long.MaxValue; left > 0; left--)
        {
            watches.ForEach(static watch => watch.Look());
            show();
            if (left == 1 || watches.TrueForAll(static watch => watch.Facts.State == QueueState.Deleted) || !call.Sleep(interval)) break;
        }
    }

    private static void Line(Call call, QueueWatch watch)
    {
        QueueFacts queue = watch.Facts;
        if (call.Json)
        {
            call.Screen.Line(new
            {
                At = DateTimeOffset.UtcNow, queue.Name, queue.State, queue.Depth, queue.Capacity, queue.Enqueued, queue.Dequeued,
                    queue.Displaced,
                watch.EnqueuedPerSecond, watch.DequeuedPerSecond, queue.Attached, queue.Dead, queue.Subscriptions,
                queue.Groups, queue.Durable,
            });
            return;
        }

        string state = queue.State == QueueState.Open ? "" : $"  {queue.State.ToString().ToLowerInvariant()}";
        string lag = queue.Subscriptions is { Count: > 0 } subscriptions
            ? $"  lag {string.Join(' ', subscriptions.Select(static s => $"{s.Name ?? "(anonymous)"}={s.Lag}"))}"
            : "";
        string groups = queue.Groups is { Count: > 0 } all
            ? $"  leased {string.Join(' ', all.Select(static g => g.Name == null ? $"{g.Leased}" : $"{g.Name}={g.Leased}"))}"
            : "";
        call.Screen.Say($"{queue.Name}  depth {queue.Depth}/{queue.Capacity}  in {WatchPage.Rate(watch.EnqueuedPerSecond)}/s  out "
            + $"{WatchPage.Rate(watch.DequeuedPerSecond)}/s  attached {WatchPage.Attached(queue)}{state}{lag}{groups}"
            + (queue.Durable is { } durable ? $"  uncommitted {durable.Uncommitted}"
                + (durable.Commits > 0 ? $"  commit {Numbers.Microseconds(durable.LastCommitMicroseconds)}" : "") : ""));
        call.Screen.Out.Flush();
    }
}
