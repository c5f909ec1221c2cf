using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Processes;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Bench.Streams;

/// <summary>
/// Many short streams, each through a queue of its own, from one process to another: what the worst of them gets. A median would hide a
/// stream that falls to a park and a wake for each message.
/// </summary>
internal static class StreamsRun
{
    /// <summary>The consumer's command line begins with it.</summary>
    public const string Worker = "streams-worker";

    private const int Streams = 1000, Messages = 100_000, Capacity = 1024, WarmUp = 20;

    public static int Run()
    {
        using MemoryFolder folder = new("streams");
        Libc.PinThisThread(0);
        Console.WriteLine($"streams: {Streams} of {Messages} messages, {Capacity} slots, one at a time; two processes, a core each");
        Console.WriteLine();
        Console.WriteLine("| messages | first stream | median | 1st percentile | worst | most parks in a stream |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: |");
        Measure<Bytes8, OneProducer, OneWaitingConsumer>(folder.Path, "one/one, 8 B");
        Measure<Bytes64, OneProducer, OneWaitingConsumer>(folder.Path, "one/one, 64 B");
        Measure<Bytes512, OneProducer, OneWaitingConsumer>(folder.Path, "one/one, 512 B");
        Measure<Bytes64, ManyProducers, ManyConsumers>(folder.Path, "many/many, 64 B");
        return 0;
    }

    /// <summary>The consumer: takes every stream to its end, and says how long each took and how often it parked.</summary>
    public static int Work(string[] arguments)
    {
        Libc.PinThisThread(1); // the count of processors would be of those that this process began on: one
        switch (arguments[2])
        {
            case nameof(Bytes8): Take<Bytes8, OneProducer, OneWaitingConsumer>(arguments[1]); break;
            case nameof(Bytes512): Take<Bytes512, OneProducer, OneWaitingConsumer>(arguments[1]); break;
            case nameof(Bytes64) when arguments[3] == nameof(OneProducer):
                Take<Bytes64, OneProducer, OneWaitingConsumer>(arguments[1]);
                break;
            default: Take<Bytes64, ManyProducers, ManyConsumers>(arguments[1]); break;
        }

        return 0;
    }

    private static void Measure<T, TProducers, TConsumers>(string folder, string title)
        where T : unmanaged
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        using Process worker = ChildProgram.Start(Worker, folder, typeof(T).Name, typeof(TProducers).Name);
        List<double> rates = [];
        long mostParks = 0;
        double first = 0;
        try
        {
            for (int stream = 0; stream < WarmUp + Streams; stream++)
            {
                using TypedQueue<T, TProducers, TConsumers> queue = Open<T, TProducers, TConsumers>(folder, stream);
                _ = worker.StandardOutput.ReadLine(); // it waits for the first message
                for (int i = 0; i < Messages; i++) queue.Enqueue(default, CancellationToken.None);
                queue.Complete();
                string[] said = worker.StandardOutput.ReadLine()!.Split(' ');
                double rate = Messages / double.Parse(said[0], CultureInfo.InvariantCulture);
                if (stream == 0) first = rate;
                if (stream >= WarmUp)
                {
                    rates.Add(rate);
                    mostParks = Math.Max(mostParks, long.Parse(said[1], CultureInfo.InvariantCulture));
                }

                queue.Delete();
            }
        }
        finally
        {
            if (!worker.WaitForExit(1000)) worker.Kill();
        }

        rates.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {title} | {first:F1} M/s | {rates[Streams / 2]:F1} M/s "
            + $"| {rates[Streams / 100]:F1} M/s | {rates[0]:F2} M/s | {mostParks} |"));
    }

    private static void Take<T, TProducers, TConsumers>(string folder)
        where T : unmanaged
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        for (int stream = 0; stream < WarmUp + Streams; stream++)
        {
            using TypedQueue<T, TProducers, TConsumers> queue = Open<T, TProducers, TConsumers>(folder, stream);
            Console.WriteLine("ready");
            _ = queue.Dequeue(CancellationToken.None);
            long began = Stopwatch.GetTimestamp();
            for (int i = 1; i < Messages; i++) _ = queue.Dequeue(CancellationToken.None);
            double took = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            // The first park is before the stream.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took} {Math.Max(0, queue.GetStatistics().Parked - 1)}"));
        }
    }

    private static TypedQueue<T, TProducers, TConsumers> Open<T, TProducers, TConsumers>(string folder, int stream)
        where T : unmanaged
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        int size = Unsafe.SizeOf<T>();
        byte[] schema = Encoding.UTF8.GetBytes($"tsq1 Bytes {size}\n0 {size} u8[{size}] Bytes\n");
        static Endpoints Of(bool isOne) => isOne ? Endpoints.One : Endpoints.Many;
        QueueContract contract = new("Bytes", size, Capacity, SchemaHash.Of(schema), schema, Of(typeof(TProducers) == typeof(OneProducer)),
            Of(typeof(TConsumers) == typeof(OneWaitingConsumer)), Overflow.Wait, Delivery.Queue);
        return TypedQueue<T, TProducers, TConsumers>.OpenOrCreate(contract, $"stream-{stream}", new ShmQueueOptions { Directory = folder });
    }

    [InlineArray(1)]
    private struct Bytes8
    {
        private long _first;
    }

    [InlineArray(8)]
    private struct Bytes64
    {
        private long _first;
    }

    [InlineArray(64)]
    private struct Bytes512
    {
        private long _first;
    }
}
