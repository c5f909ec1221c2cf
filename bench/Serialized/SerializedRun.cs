using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using MemoryPack;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Serialized;

/// <summary>A small message as MemoryPack is meant for: some 40 bytes.</summary>
[MemoryPackable]
[ShmQueue(MaxMessageBytes = 128)]
internal sealed partial record Trade(long Id, double Price, int Amount, string Symbol);

/// <summary>
/// What a small serialized message costs, sent and taken by one thread, against MemoryPack alone and a struct of 64 bytes. By turns.
/// </summary>
internal static class SerializedRun
{
    private const int Rounds = 9, Bursts = 400, Burst = 256;

    /// <summary>Until all of it is compiled for good, which takes a second.</summary>
    private const int WarmUp = 80;

    public static int Run()
    {
        using MemoryFolder folder = new("serialized");
        Libc.PinThisThread(0);
        ShmQueueOptions options = new() { Directory = folder.Path, Capacity = Burst };
        using TradeQueue trades = TradeQueue.Create(ShmQueueName.NewUnique(), options);
        using ManyToMany.Bytes64Queue structs = ManyToMany.Bytes64Queue.Create(ShmQueueName.NewUnique(), options);
        ArrayBufferWriter<byte> buffer = new(128);
        Trade trade = new(1, 2.5, 3, "EURUSD");
        (string Name, Action Play)[] cells =
        [
            ("MemoryPack alone", () =>
            {
                for (int i = 0; i < Burst; i++)
                {
                    buffer.ResetWrittenCount();
                    MemoryPackSerializer.Serialize(buffer, trade);
                    _ = MemoryPackSerializer.Deserialize<Trade>(buffer.WrittenSpan);
                }
            }),
            ("struct of 64 B through the queue", () =>
            {
                for (int i = 0; i < Burst; i++)
                {
                    structs.Enqueue(default);
                    _ = structs.Dequeue();
                }
            }),
            ("the record through the queue", () =>
            {
                for (int i = 0; i < Burst; i++)
                {
                    trades.Enqueue(trade);
                    _ = trades.Dequeue();
                }
            }),
        ];
        List<double>[] figures = [.. cells.Select(static _ => new List<double>())];
        for (int round = -WarmUp; round < Rounds; round++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                double figure = Clock(cells[i].Play);
                if (round >= 0) figures[i].Add(figure);
            }
        }

        Console.WriteLine($"serialized: a record of 4 members, sent and taken by one thread; medians of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| what | ns | against both |");
        Console.WriteLine("| --- | --: | --: |");
        for (int i = 0; i < cells.Length; i++)
        {
            double ratio = Series.MedianOf(figures[i].Select((one, at) => one / (figures[0][at] + figures[1][at])));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {cells[i].Name} | {Series.MedianOf(figures[i]):F1} | {ratio:F2} |"));
        }

        return 0;
    }

    private static double Clock(Action play)
    {
        List<double> bursts = new(Bursts);
        for (int burst = 0; burst < Bursts; burst++)
        {
            long began = Stopwatch.GetTimestamp();
            play();
            bursts.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Burst);
        }

        return Series.MedianOf(bursts);
    }
}
