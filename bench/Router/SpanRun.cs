using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Router;

/// <summary>A stream of batches, written in a buffer and sent, against written in claimed slots and published. By turns.</summary>
internal static class SpanRun
{
    private const int Rounds = 9, Messages = 4_000_000, Batch = 64, Capacity = 4_096;

    public static int Run()
    {
        using MemoryFolder folder = new("spans");
        ShmQueueOptions options = new() { Directory = folder.Path, Capacity = Capacity };
        using OneToOne.Bytes64Queue queue = OneToOne.Bytes64Queue.Create(ShmQueueName.NewUnique(), options);
        using OneToOne.Bytes64Queue other = OneToOne.Bytes64Queue.Open(queue.Name, options);
        List<double> batches = [], spans = [];
        for (int round = -2; round < Rounds; round++)
        {
            double batch = Play(queue, other, SendBatches), span = Play(queue, other, SendSpans);
            if (round < 0) continue;
            batches.Add(batch);
            spans.Add(span);
        }

        double ratio = new Series([.. spans.Zip(batches, static (span, batch) => span / batch)]).Median;
        Console.WriteLine($"spans: 64 B, one/one, {Batch} messages at a time, {Capacity} slots; medians of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| way | M msg/s | against a batch |");
        Console.WriteLine("| --- | --: | --: |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| batch | {new Series(batches).Median:F1} | 1.00 |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| span | {new Series(spans).Median:F1} | {ratio:F2} |"));
        return 0;
    }

    /// <summary>Millions of messages a second.</summary>
    private static double Play(OneToOne.Bytes64Queue queue, OneToOne.Bytes64Queue other, Action<OneToOne.Bytes64Queue> send)
    {
        Thread taker = new(() =>
        {
            Libc.PinThisThread(0);
            Span<OneToOne.Bytes64> taken = new OneToOne.Bytes64[Batch];
            for (int left = Messages; left > 0;) left -= other.Dequeue(taken);
        })
        { IsBackground = true };
        taker.Start();
        Libc.PinThisThread(1);
        long began = Stopwatch.GetTimestamp();
        send(queue);
        taker.Join();
        return Messages / Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static void SendBatches(OneToOne.Bytes64Queue queue)
    {
        OneToOne.Bytes64[] batch = new OneToOne.Bytes64[Batch];
        for (int sent = 0; sent < Messages; sent += Batch)
        {
            for (int i = 0; i < Batch; i++) Write(ref batch[i], sent + i);
            queue.Enqueue(batch);
        }
    }

    private static void SendSpans(OneToOne.Bytes64Queue queue)
    {
        for (int sent = 0; sent < Messages;)
        {
            if (!queue.TryClaim(Math.Min(Batch, Messages - sent), out SlotSpan<OneToOne.Bytes64> span)) continue;
            for (int i = 0; i < span.Count; i++) Write(ref span[i], sent + i);
            sent += span.Count;
            span.Publish();
        }
    }

    /// <summary>All of it, as a producer would.</summary>
    private static void Write(ref OneToOne.Bytes64 message, long sequence)
    {
        message.Sequence = sequence;
        message.Ballast = default;
    }
}
