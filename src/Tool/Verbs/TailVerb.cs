using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Follows what is sent, and takes nothing.</summary>
internal sealed class TailVerb : Verb
{
    private readonly Option<bool> _all =
        new("--all", "-a") { Description = "Begin with the oldest message in the queue, not with the next one that is sent." };
    private readonly Option<long?> _count = CommonOptions.Count("End after this many messages.");
    private readonly Option<double> _interval = CommonOptions.Interval(0.02);
    private readonly Option<int?> _elements = CommonOptions.Elements("All, unless given.");

    private readonly Argument<string> _source =
        new("queue") { Description = "The queue's name, or the address of a NATS server, such as nats://host:4222." };
    private readonly Option<string?> _subject = ServerOptions.Subject("Of a server: which messages; wildcards are allowed.");
    private readonly Option<string?> _stream = ServerOptions.Stream();
    private readonly Option<string?> _credentials = ServerOptions.Credentials();

    public TailVerb()
        : base("tail", "Follow the messages that are sent, without taking them, until Ctrl+C or until the queue is completed or deleted; "
            + "or those of a stream on a NATS server, by the schema that a bridge has stored there.",
        "shmq tail trades",
        "shmq tail trades --all --count 100 --json > sample.jsonl",
        "shmq tail nats://127.0.0.1:4222 --subject orders --all")
    {
        ServerOptions.AcceptQueueOrServer(_source);
        Arguments.Add(_source);
        Options.Add(_all);
        Options.Add(_count);
        Options.Add(_interval);
        Options.Add(_elements);
        Options.Add(_subject);
        Options.Add(_stream);
        Options.Add(_credentials);
    }

    protected override int Run(Call call)
    {
        string source = call.Get(_source)!;
        if (ServerOptions.IsServer(source))
            return StreamTail.Run(call, source, call.Get(_subject), call.Get(_stream), call.Get(_credentials), call.Get(_all),
                call.Get(_count) ?? long.MaxValue, call.Get(_elements) ?? int.MaxValue);
        using SegmentReader queue = SegmentReader.TryOpen(source, call.Options) ?? throw call.NoSuchQueue(source);
        var format = MessageFormat.Of(queue);
        int most = call.Get(_elements) ?? int.MaxValue;
        MessageLines lines = new(call.Screen, format, most);
        Follower follower = new(queue, call.Get(_all) ? Oldest(queue) : queue.Tail);
        var interval = TimeSpan.FromSeconds(call.Get(_interval));
        long left = call.Get(_count) ?? long.MaxValue;
        long told = 0;
        while (left > 0 && !call.Cancellation.IsCancellationRequested)
        {
            bool ends = follower.IsAtEnd || queue.IsDeleted; // asked before the look: what came until then is still shown
            while (left > 0 && !call.Cancellation.IsCancellationRequested && follower.TryNext())
            {
                left--;
                OutputPipe.ThrowIfClosed();
                Show(call, format, lines, follower.Message, follower.Position, most);
            }

            if (follower.Missed > told)
                call.Screen.Warn($"{Numbers.Count(follower.Missed - told, "message", "messages")} were overwritten before they could be "
                    + $"read.");
            told = follower.Missed;
            if (ends || left == 0 || !call.Sleep(interval)) break;
        }

        return ExitCode.Done;
    }

    /// <summary>With acknowledged delivery head is moved by producers that need room, and what is settled may lie behind it.</summary>
    private static long Oldest(SegmentReader queue) =>
        queue.Roles.IsAcknowledged ? Math.Max(queue.Head, queue.Groups[0].Position + queue.Ring.Capacity) : queue.Head;

    /// <summary>Shows a message with its position, or its sequence in a stream.</summary>
    internal static void Show(Call call, MessageFormat format, MessageLines lines, byte[] message, long position, int most)
    {
        if (call.Json)
        {
            lines.Format(message, position);
            lines.Write();
            return;
        }

        IEnumerable<string> fields = format.Columns(most)
            .Zip(format.ReadColumns(message, most), static (field, cell) => $"{field}={cell.Text}");
        call.Screen.Say($"{position}  {string.Join("  ", fields)}");
    }
}
