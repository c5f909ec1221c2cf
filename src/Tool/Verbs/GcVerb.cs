using System.CommandLine;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Streams;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Takes away what was asked to go and did not, because who asked died.</summary>
internal sealed class GcVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be removed, and remove nothing." };

    public GcVerb()
        : base("gc", "Remove files that no live process holds: of deleted queues, of bridges whose queue is gone, of creators that died.",
        "shmq gc --dry-run",
        "shmq gc") => Options.Add(_dryRun);

    protected override int Run(Call call)
    {
        ShmQueueOptions options = call.Options;
        bool dry = call.Get(_dryRun);
        List<string> removed = [], held = [];
        QueueFolder folder = QueueFolder.Of(options);
        foreach (string ring in folder.Rings)
        {
            using LeftoverRing? left = LeftoverRing.TryOpen(ring, options);
            if (left != null && (dry || left.Remove())) removed.Add(ring);
        }

        foreach (string name in folder.Queues)
        {
            // Most are not deleted, and nobody asks to write to those.
            if (QueueListing.Of(name, options) is not { State: QueueState.Deleted }) continue;
            using DecidedQueue? queue = DecidedQueue.TryOpen(name, options);
            switch (queue?.Listing)
            {
                case { State: QueueState.Deleted, Attached: 0 } when dry || queue.FreeName():
                    removed.Add(name);
                    break;
                case { State: QueueState.Deleted, Attached: > 0 }:
                    held.Add(name);
                    break;
            }
        }

        removed.AddRange(Leftovers(options, dry));
        removed.AddRange(SequenceMemory.RemoveLeftovers(call.Directory, dry));
        if (call.Json)
        {
            call.Screen.Document(new { Removed = removed, Held = held, DryRun = dry });
            return ExitCode.Done;
        }

        foreach (string name in removed) call.Screen.Say(dry ? $"'{name}' would be removed." : $"'{name}' was removed.");
        foreach (string name in held)
            call.Screen.Say($"'{name}' was deleted, but live processes still hold it. Its name stays until they close it.");
        if (removed.Count + held.Count == 0) call.Screen.Say($"There is nothing to remove in '{call.Directory}'.");
        return ExitCode.Done;
    }

    private static IReadOnlyList<string> Leftovers(ShmQueueOptions options, bool dry)
    {
        // Any name will do: the place is the folder's.
        var place = QueuePlace.Of("any", options, create: false);
        using RegionFolder? folder = place.TryOpenFolder(RegionPort.Current);
        return folder == null ? [] : RegionPort.Current.RemoveLeftovers(folder, dry, emptyToo: true);
    }
}
