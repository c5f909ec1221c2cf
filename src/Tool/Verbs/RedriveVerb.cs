using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Moves dead letters back to where they came from.</summary>
internal sealed class RedriveVerb : Verb
{
    private readonly Argument<string> _dead = new("dead") { Description = "The dead-letter queue's name." };
    private readonly Argument<string> _queue = new("queue") { Description = "The name of the queue that gets its messages." };
    private readonly Option<long?> _count = CommonOptions.Count("At most this many, oldest first. Default: those that wait at the start.");
    private readonly Option<string?> _group = GroupOption.New("The group whose dead letters are moved, if both are broadcast queues.");
    private readonly Option<double> _wait =
        CommonOptions.Seconds("--wait", "-w", "If the queue is full, wait this many seconds for room.", 0, 86400, 0);

    public RedriveVerb() : base("redrive", "Move the messages of a dead-letter queue back to a queue of the same message type.",
        "shmq redrive jobs.dead jobs",
        "shmq redrive jobs.dead jobs --count 1",
        "shmq redrive orders.dead.billing orders --group billing")
    {
        CommonOptions.CompleteByNames(_dead);
        CommonOptions.CompleteByNames(_queue);
        _dead.HelpName = "dead";
        Arguments.Add(_dead);
        Arguments.Add(_queue);
        Options.Add(_count);
        Options.Add(_group);
        Options.Add(_wait);
    }

    protected override int Run(Call call)
    {
        using SegmentReader dead = Open(call, _dead);
        using SegmentReader queue = Open(call, _queue);
        string from = dead.Place.Name, to = queue.Place.Name;
        ThrowIfNotFor(dead, queue);
        GroupView group = GroupOption.Required(dead, call.Get(_group));
        // Those that are there now: one that fails again comes back, and the loop would never end.
        long most = Math.Min(call.Get(_count) ?? long.MaxValue, Leases.Available(dead, group));
        using UntypedQueue source = UntypedQueue.Open(dead), target = UntypedQueue.Open(queue);
        UntypedMember member = source.TryJoin(group.Name) ?? throw GroupOption.NoSuchGroup(dead, group.Name!);
        byte[] message = new byte[dead.Geometry.MessageSize];
        var wait = TimeSpan.FromSeconds(call.Get(_wait));
        long moved = 0;
        for (; moved < most && !call.Cancellation.IsCancellationRequested && Leases.TryTake(member, message, call, dead, group, out _);
            moved++)
        {
            // Sent there first, and on its disk if it is durable, settled here second: what ends in between doubles it, and never loses it.
            if (!TrySend(call, target, message, wait, moved, from))
            {
                member.GiveBack();
                throw new ShmqException(ExitCode.Refused, $"The queue '{to}' is full. {Moved(moved, from)} Use --wait to wait for room.");
            }

            target.Commit(call.Cancellation);
            if (!member.Acknowledge())
                call.Screen.Warn($"The message at position {member.Position} of '{from}' was moved, but taken back by another process "
                    + $"meanwhile: it is in both queues.");
        }

        if (call.Json) call.Screen.Document(new { From = from, To = to, Group = group.Name, Moved = moved });
        else call.Screen.Say($"{Numbers.Count(moved, "message", "messages")} moved from '{from}' to '{to}'.");
        return ExitCode.Done;
    }

    private static bool TrySend(Call call, UntypedQueue target, byte[] message, TimeSpan wait, long moved, string from)
    {
        try
        {
            return target.TrySend(message, wait, call.Cancellation);
        }
        catch (ShmQueueException e)
        {
            throw new ShmqException(Failures.ExitCodeOf(e)!.Value, $"{e.Message} {Moved(moved, from)}");
        }
    }

    private static string Moved(long moved, string from) =>
        $"{Numbers.Count(moved, "message was", "messages were")} moved before; the rest is still in '{from}'.";

    private static SegmentReader Open(Call call, Argument<string> name) =>
        SegmentReader.TryOpen(call.Get(name)!, call.Options) ?? throw call.NoSuchQueue(call.Get(name)!);

    private static void ThrowIfNotFor(SegmentReader dead, SegmentReader queue)
    {
        if (string.Equals(dead.Place.Name, queue.Place.Name, StringComparison.Ordinal))
            throw new ShmqException(ExitCode.WrongInput, $"'{dead.Place.Name}' was given twice: name the queue "
                + $"that the messages go to.");
        if (dead.Roles.Delivery == Delivery.Queue)
            throw new ShmqException(ExitCode.Refused, $"The queue '{dead.Place.Name}' has no leases, so it is no dead-letter queue. "
                + $"{Advice.Command("drain", dead.Place)} takes its messages, and 'shmq send' sends them.");
        if (dead.SchemaId != queue.SchemaId || dead.Geometry.MessageSize != queue.Geometry.MessageSize)
            throw new ShmqException(ExitCode.Unusable, $"The queues '{dead.Place.Name}' and '{queue.Place.Name}' are of different message "
                + $"types: their schemas are 0x{dead.SchemaId:x16} and 0x{queue.SchemaId:x16}. 'shmq schema' shows the fields.");
    }
}
