using System.CommandLine;
using System.Globalization;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Takes a message back from a worker that hangs.</summary>
internal sealed class ReturnVerb : Verb
{
    private readonly Option<long> _position = new("--position", "-p")
    {
        Description = "The message's position, as stat, doctor and dump show it.", HelpName = "number", Required = true,
        CustomParser = static result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long position)) return position;
            result.AddError($"--position takes a number of 0 or more, not '{result.Tokens[0].Value}'.");
            return 0;
        },
    };

    private readonly Option<string?> _group = GroupOption.New("The group of a broadcast queue.");
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };

    public ReturnVerb()
        : base("return", "Take a message back from a worker that lives and hangs, and give it to another. Asks for a confirmation, unless "
        + "--yes is given.",
        "shmq return jobs --position 17",
        "shmq return orders --position 4 --group billing --yes")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_position);
        Options.Add(_group);
        Options.Add(_yes);
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        GroupView group = GroupOption.Required(queue, call.Get(_group));
        long shown = call.Get(_position);
        long position = shown > long.MaxValue - queue.Ring.Capacity ? long.MaxValue : shown + queue.Ring.Capacity;
        PositionInGroup found = group.Look(position);
        if (found.Outcome != Outcome.Leased) throw NotLeased(queue, position, found);
        LeaseHolder holder = group.HolderOf(position, found.Deliveries);
        // What the dead had goes back at the next take anyway: only the living lose something.
        if (holder.IsAlive && !call.Get(_yes) && !IsConfirmed(call, queue, shown, found, holder))
        {
            throw new ShmqException(ExitCode.Refused, $"The message at position {shown} was not taken back: " + (Console.IsInputRedirected
                ? "without a terminal, there is nobody to confirm it. Use --yes to take it back without a confirmation."
                : "it was not confirmed."));
        }

        using (SegmentRepair repair = SegmentRepair.TryOpen(Contracts.Of(queue), queue.Place)
            ?? throw ShmqException.NoSuchQueue(queue.Place))
        {
            if (!repair.ReturnLease(group.Name, position, found.Deliveries)) throw NotLeased(queue, position, group.Look(position));
        }

        if (call.Json)
            call.Screen.Document(new { queue.Place.Name, Group = group.Name, Position = shown, found.Deliveries, holder.ProcessId,
                holder.IsAlive, holder.Age });
        else call.Screen.Say($"The message at position {shown} was taken back from {NameOf(holder)}: whoever takes next gets it.");
        return ExitCode.Done;
    }

    private static bool IsConfirmed(Call call, SegmentReader queue, long position, PositionInGroup found, LeaseHolder holder)
    {
        if (Console.IsInputRedirected) return false; // nobody to ask
        call.Screen.Out.Write($"Process {holder.ProcessId}, which is alive, has had the message at position {position} of the queue "
            + $"'{queue.Place.Name}' for {Numbers.Age(holder.Age)} (delivery {found.Deliveries}). If it still works on it, the work is "
            + $"done twice. Take the message back? [y/N] ");
        call.Screen.Out.Flush();
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static ShmqException NotLeased(SegmentReader queue, long position, PositionInGroup found) => new(ExitCode.Refused,
        $"The message at position {position - queue.Ring.Capacity} of the queue '{queue.Place.Name}' is not leased: " + found.Outcome switch
        {
            Outcome.Settled => "it is settled.",
            Outcome.NoMessage => "the position was skipped, and has no message.",
            Outcome.Returned => $"it was given back after {Numbers.Count(found.Deliveries, "delivery", "deliveries")}, and waits for a "
                + $"worker.",
            Outcome.Leased => $"it was, and another worker has it now (delivery {found.Deliveries}). Run the command again to take it from "
                + $"that one.",
            _ => position < queue.Tail ? "it waits for a worker, and nobody has had it yet." : "it is not sent yet.",
        });

    private static string NameOf(LeaseHolder holder) => holder.ProcessId == 0
        ? "a process that died"
        : $"process {holder.ProcessId}, which {(holder.IsAlive ? "is alive" : "died")}";
}
