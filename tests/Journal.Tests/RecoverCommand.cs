using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal.Tests;

/// <summary>Measures how long the recovery of a full queue takes, on a real disk.</summary>
internal static class RecoverCommand
{
    public static int Run(int messages, string folder)
    {
        string path = Path.Combine(folder, $"journal-{Environment.ProcessId}");
        JournalHeader header = new()
        {
            QueueId = Guid.NewGuid(),
            HalfSize = JournalHeader.HalfSizeFor(messages, 64, 4096),
            Schema = ReadOnlyMemory<byte>.Empty,
            MessageSize = 64,
            Capacity = messages,
            MaxSideBytes = 4096,
        };
        try
        {
            using JournalFile file = new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite), path);
            long began = Stopwatch.GetTimestamp();
            JournalWriter<JournalRules>.Create(file, header);
            Say($"{"creation",-30} {Stopwatch.GetElapsedTime(began).TotalMilliseconds,9:F1} ms, {header.FileLength >> 20} MiB");
            Full source = new(messages);
            JournalPosition position = JournalPosition.Beginning(messages);
            JournalWriter<JournalRules> writer = new(file, header);
            began = Stopwatch.GetTimestamp();
            writer.Rewrite(ref position, ref source);
            Say($"{"snapshot of the full queue",-30} {Stopwatch.GetElapsedTime(began).TotalMilliseconds,9:F1} ms");
            for (int run = 0; run < 5; run++)
            {
                using JournalFile again = new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite), path);
                TimeSpan processor = Environment.CpuUsage.TotalTime;
                began = Stopwatch.GetTimestamp();
                JournalContents contents = JournalReader<JournalRules>.Recover(again, "measured");
                TimeSpan read = Stopwatch.GetElapsedTime(began);
                Copy target = new(messages);
                contents.Deliver(ref target);
                TimeSpan all = Stopwatch.GetElapsedTime(began);
                processor = Environment.CpuUsage.TotalTime - processor;
                if (target.Count != messages) throw new InvalidOperationException($"{target.Count} messages came back");
                Say($"{"recovery",-30} {all.TotalMilliseconds,9:F1} ms, of which {read.TotalMilliseconds:F1} ms found what there is");
                Say($"{"  processor time",-30} {processor.TotalMilliseconds,9:F1} ms");
            }

            Span<double> times = stackalloc double[500];
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times.Length; i++)
            {
                source.Turn();
                began = Stopwatch.GetTimestamp();
                writer.Append(ref position, ref source);
                times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            times.Sort();
            Say($"{"commit of one message",-30} {times[250],9:F1} us median, {times[495]:F1} us p99");
            Say($"{"bytes allocated for each",-30} {allocated / times.Length,9}");
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Full(int messages) : IJournalSource
    {
        public long Head { get; private set; } = messages;

        public long Limit { get; private set; } = 2L * messages;

        public bool IsCompleted => false;

        /// <summary>One is taken, and one is sent.</summary>
        public void Turn()
        {
            Head++;
            Limit++;
        }

        public bool TryCopy(long position, Span<byte> into, out int length)
        {
            MemoryMarshal.Write(into, in position);
            length = 64;
            return true;
        }

        public void WriteSideState(IBufferWriter<byte> into)
        {
        }
    }

    private sealed class Copy(int messages) : IJournalTarget
    {
        private readonly byte[] _slots = new byte[64L * messages];

        public int Count { get; private set; }

        public void Message(long position, ReadOnlySpan<byte> bytes)
        {
            if (MemoryMarshal.Read<long>(bytes) != position) throw new InvalidOperationException($"another message is at {position}");
            bytes.CopyTo(_slots.AsSpan((int)(position & (messages - 1)) * 64));
            Count++;
        }

        public void Absent(long first, long end) => throw new InvalidOperationException($"{first} to {end} are absent");
    }
}
