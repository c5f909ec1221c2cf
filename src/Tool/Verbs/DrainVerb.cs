using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Takes what is in a queue, and writes it.</summary>
internal sealed class DrainVerb : Verb
{
    private readonly Option<long?> _count = CommonOptions.Count("At most this many, oldest first.");
    private readonly Option<string?> _group = GroupOption.New("Take the messages of this group of a broadcast queue, as a member of it.");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Write only the number of messages." };

    public DrainVerb() : base("drain", "Take all messages out of the queue and write them as JSON lines. With acknowledged delivery, "
        + "each is acknowledged after it was written.",
        "shmq drain trades > taken.jsonl",
        "shmq drain trades --count 1",
        "shmq drain orders --group billing")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_count);
        Options.Add(_group);
        Options.Add(_quiet);
    }

    protected override int Run(Call call)
    {
        using SegmentReader reader = call.Open();
        string name = reader.Place.Name;
        if (GroupOption.Of(reader, call.Get(_group)) is { } group) return DrainGroup(call, reader, group);
        if (reader.Roles.IsBroadcast)
            throw new ShmqException(ExitCode.Refused,
                $"The queue '{name}' is a broadcast queue: each subscription takes messages for itself, so drain cannot take them for all. "
                + $"{Advice.Command("dump", reader.Place)} shows its messages; --group takes those of a group.");
        MessageLines lines = new(call.Screen, MessageFormat.Of(reader));
        bool quiet = call.Get(_quiet);
        using UntypedQueue queue = UntypedQueue.Open(reader);
        byte[] next = new byte[reader.Geometry.MessageSize];
        byte[] message = new byte[reader.Geometry.MessageSize];
        long most = call.Get(_count) ?? long.MaxValue;
        long taken = 0, passedBefore = reader.Statistics.Recovered;
        bool isStuck = false;
        for (; taken < most && !call.Cancellation.IsCancellationRequested; taken++)
        {
            // Asked before each: what is taken and read by nobody is lost.
            OutputPipe.ThrowIfClosed($"The reader of the output closed it. {Numbers.Count(taken, "message was", "messages were")} taken; "
                + $"the others are still in the queue '{name}'.");
            // Formatted before it is taken: what fails then leaves the message in the queue.
            bool isFormatted = !quiet && reader.Read(reader.Head, next) == SlotContent.Message;
            if (isFormatted) lines.Format(next, position: null);
            if (!queue.TryTake(message) && (reader.Head >= reader.Tail
                || (isStuck = !queue.TryTake(message, Leases.Patience, call.Cancellation)))) break;
            if (quiet) continue;
            // Another consumer may have been faster, and then it is another message.
            if (!isFormatted || !message.AsSpan().SequenceEqual(next)) lines.Format(message, position: null);
            Write(call.Screen, lines, taken, name);
        }

        Report(call, reader, taken, passedBefore);
        if (!isStuck || call.Cancellation.IsCancellationRequested || reader.Head >= reader.Tail) return ExitCode.Done;
        throw IsBlocked(reader, taken, reader.Head);
    }

    /// <summary>Each message is acknowledged after it was written: what cannot be written goes back, and nothing is lost.</summary>
    private int DrainGroup(Call call, SegmentReader reader, GroupView group)
    {
        string name = reader.Place.Name;
        MessageLines lines = new(call.Screen, MessageFormat.Of(reader));
        using UntypedQueue queue = UntypedQueue.Open(reader);
        UntypedMember member = queue.TryJoin(group.Name) ?? throw GroupOption.NoSuchGroup(reader, group.Name!);
        byte[] message = new byte[reader.Geometry.MessageSize];
        long most = call.Get(_count) ?? long.MaxValue;
        long taken = 0, passedBefore = reader.Statistics.Recovered;
        bool isStuck = false;
        for (; taken < most && !call.Cancellation.IsCancellationRequested; taken++)
        {
            OutputPipe.ThrowIfClosed($"The reader of the output closed it. {Numbers.Count(taken, "message was", "messages were")} taken; "
                + $"the others are still in the queue '{name}'.");
            if (!Leases.TryTake(member, message, call, reader, group, out isStuck)) break;
            if (!call.Get(_quiet)) WriteOrLeave(lines, message, taken, name);
            if (!member.Acknowledge())
                call.Screen.Warn($"The message at position {member.Position} was taken back by another process meanwhile, so it is not "
                    + $"settled.");
        }

        Report(call, reader, taken, passedBefore);
        if (isStuck) throw IsBlocked(reader, taken, group.NextFrom(group.Cursor));
        if (taken < most && Leases.Of(reader, group) is { Leased: > 0 } left)
            call.Screen.Warn($"{Numbers.Count(left.Leased, "message is", "messages are")} with workers, which have not settled "
                + $"{(left.Leased == 1 ? "it" : "them")}. {Advice.Command("stat", reader.Place)} shows them.");
        return ExitCode.Done;
    }

    private void Report(Call call, SegmentReader reader, long taken, long passedBefore)
    {
        if (reader.Statistics.Recovered - passedBefore is > 0 and var passed)
            call.Screen.Warn($"{Numbers.Count(passed, "position was", "positions were")} skipped: "
                + $"the process that had claimed {(passed == 1 ? "it" : "them")} died before sending.");
        if (!call.Get(_quiet)) return;
        if (call.Json) call.Screen.Document(new { Taken = taken });
        else call.Screen.Say($"{Numbers.Count(taken, "message", "messages")} taken.");
    }

    private static ShmqException IsBlocked(SegmentReader reader, long taken, long position) => new(ExitCode.Refused,
        $"{Numbers.Count(taken, "message was", "messages were")} taken. "
        + $"Then position {position - reader.Ring.Capacity} blocked the queue: "
        + $"a live process has claimed it and not sent its message. "
        + $"Run {Advice.Command("doctor", reader.Place)} to see which process.");

    private static void WriteOrLeave(MessageLines lines, ReadOnlySpan<byte> message, long before, string name)
    {
        lines.Format(message, position: null);
        try
        {
            lines.Write();
        }
        catch (ShmqException e)
        {
            throw new ShmqException(e.ExitCode,
                $"{(e.Message.Length > 0 ? e.Message : "The reader of the output closed it.")} "
                + $"{Numbers.Count(before, "message was", "messages were")} taken and written before; the others are still in the queue "
                + $"'{name}'.");
        }
    }

    /// <summary>A message that was taken and cannot be written to the output is part of the error: nobody else has it any more.</summary>
    private static void Write(Screen screen, MessageLines lines, long before, string name)
    {
        try
        {
            lines.Write();
        }
        catch (ShmqException e)
        {
            string others = before == 0
                ? "No other message was taken"
                : $"{Numbers.Count(before, "message was", "messages were")} taken and written before it";
            throw new ShmqException(e.ExitCode,
                $"{(e.Message.Length > 0 ? e.Message : "The reader of the output closed it.")} One message was taken but not completely "
                + $"written. It is: {lines.ToString().TrimEnd()} - {others}; the rest is still in the queue '{name}'.");
        }
    }
}
