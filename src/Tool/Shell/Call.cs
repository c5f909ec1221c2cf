using System.CommandLine;
using System.Diagnostics;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Shell;

/// <summary>One run of a command: what was asked, and where the answer goes.</summary>
internal sealed class Call(ParseResult parsed, CancellationToken cancellation)
{
    /// <summary>Nothing wakes who sleeps when the output's reader goes.</summary>
    private static readonly TimeSpan s_longestNap = TimeSpan.FromMilliseconds(250);

    /// <summary>Set by Ctrl+C.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    public Screen Screen { get; } = new();

    public bool Json => parsed.GetValue(CommonOptions.Json);

    /// <summary>The name of the queue that the command is about.</summary>
    public string Queue => parsed.GetRequiredValue(CommonOptions.Queue);

    public string Directory => parsed.GetValue(CommonOptions.Directory) ?? Region.RegionPort.Current.DefaultDirectory(create: false);

    /// <summary>Where queues are, and whether those of other users are acceptable.</summary>
    public ShmQueueOptions Options => CommonOptions.Place(parsed.GetValue(CommonOptions.Directory), parsed.GetValue(CommonOptions.Shared));

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Opens the queue for looking at it.</summary>
    public SegmentReader Open() => SegmentReader.TryOpen(Queue, Options) ?? throw NoSuchQueue(Queue);

    /// <summary>Opens the journal of a durable queue. Null if the queue has none.</summary>
    public JournalInspection? OpenJournal()
    {
        if (JournalInspection.TryOpen(Queue, Options) is { } journal) return journal;
        return QueueFiles.Exists(Queue, Options) ? null : throw NoSuchQueue(Queue);
    }

    /// <summary>Opens the journal of a durable queue whose ring is not in memory; else null, and the queue.</summary>
    public JournalInspection? OpenJournalAlone(out SegmentReader? queue)
    {
        try
        {
            queue = Open();
            return null;
        }
        catch (ShmQueueDurabilityException)
        {
            queue = null;
            return JournalInspection.TryOpen(Queue, Options) ?? throw NoSuchQueue(Queue);
        }
    }

    /// <summary>The error that there is no queue of that name where this command looks.</summary>
    public ShmqException NoSuchQueue(string name) => ShmqException.NoSuchQueue(QueuePlace.Of(name, Options, create: false));

    /// <summary>Waits; false if Ctrl+C came first. Ends the command if nobody reads its answer any more.</summary>
    public bool Sleep(TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            OutputPipe.ThrowIfClosed();
            TimeSpan left = time - Stopwatch.GetElapsedTime(began);
            if (Cancellation.WaitHandle.WaitOne(left < s_longestNap ? left > TimeSpan.Zero ? left : TimeSpan.Zero : s_longestNap))
                return false;
            if (left <= s_longestNap) return true;
        }
    }
}
