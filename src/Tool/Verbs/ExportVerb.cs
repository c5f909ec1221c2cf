using TypedShmQueue.Inspection;
using TypedShmQueue.Journal;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Writes what the journal of a durable queue holds, without its ring.</summary>
internal sealed class ExportVerb : Verb
{
    public ExportVerb() : base("export", "Write all messages that the journal of a durable queue holds as JSON lines, oldest first. Reads "
        + "the journal alone, damaged or not, and changes nothing.",
        "shmq export orders -d /var/lib/shop > orders.jsonl",
        "shmq export orders -d /var/lib/shop | shmq send copies --input dump") => Arguments.Add(CommonOptions.Queue);

    protected override int Run(Call call)
    {
        using JournalInspection journal = call.OpenJournal() ?? throw new ShmqException(ExitCode.Unusable,
            $"The queue '{call.Queue}' has no journal: it is not durable. Use {Advice.Command("dump", call.Options, call.Queue)}.");
        if (!ShmSchema.TryParse(journal.Header.Schema.Span, out ShmSchema? schema) || schema.Size != journal.Header.MessageSize)
            throw new ShmqException(ExitCode.Unusable, $"The schema in the journal of the queue '{call.Queue}' cannot be read.");
        JournalContents contents = journal.Read();
        Lines lines = new(new MessageLines(call.Screen, MessageFormat.Of(schema)), journal.Header, call.Cancellation);
        contents.Deliver(ref lines);
        if (contents.HasLoss)
            call.Screen.Warn($"The journal is damaged ({contents.Damage}): {Numbers.Count(contents.LostCount, "message", "messages")} "
                + $"cannot be read. Run {Advice.Command("verify", journal.Place)} to see which.");
        return contents.HasLoss ? ExitCode.Unusable : ExitCode.Done;
    }

    private readonly struct Lines(MessageLines lines, JournalHeader header, CancellationToken cancellation) : IJournalTarget
    {
        private readonly byte[] _message = new byte[header.MessageSize];

        /// <inheritdoc/>
        public void Message(long position, ReadOnlySpan<byte> bytes)
        {
            if (cancellation.IsCancellationRequested) return;
            OutputPipe.ThrowIfClosed();
            // Of a serialized message, the journal has the bytes in use only.
            bytes.CopyTo(_message);
            _message.AsSpan(bytes.Length).Clear();
            lines.Format(_message, position - header.Capacity);
            lines.Write();
        }

        /// <inheritdoc/>
        public void Absent(long first, long end)
        {
        }
    }
}
