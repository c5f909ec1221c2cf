using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Processes;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Bench.Frames;

/// <summary>
/// What a large message costs, from the producer's process to the worker's: in place, where nothing depends on its size, and copied in and
/// out, beside a copy of the same bytes without a queue. By turns; the worker is a process of its own.
/// </summary>
internal static class FramesRun
{
    /// <summary>The worker's command line begins with it.</summary>
    public const string Worker = "frames-worker";

    private const int Rounds = 5, Capacity = 4, Paced = 1_500, Flooded = 20_000, Parked = 150;
    private const long MostCopied = 1L << 30;

    /// <summary>Between two frames: both sides are done with the last one, and the worker looks for the next.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromMicroseconds(200);

    /// <summary>The worker has parked.</summary>
    private static readonly TimeSpan s_park = TimeSpan.FromMilliseconds(3);

    private static readonly Dictionary<How, int> s_warmUp = new()
    {
        [How.Awake] = 300, [How.Asleep] = 30, [How.InPlace] = 5_000, [How.Copied] = 30,
    };

    private enum How
    {
        /// <summary>Frame by frame, to a worker that polls.</summary>
        Awake,

        /// <summary>Frame by frame, to a worker that is parked.</summary>
        Asleep,

        /// <summary>One after the other, written and read in place.</summary>
        InPlace,

        /// <summary>One after the other, each copied into its slot and out of it.</summary>
        Copied,
    }

    public static int Run()
    {
        using MemoryFolder folder = new("frames");
        Libc.PinThisThread(0);
        Console.WriteLine($"frames: acknowledged, {Capacity} slots, medians of {Rounds} rounds by turns; two processes, a core each");
        Console.WriteLine();
        Console.WriteLine("| frame | to an awake worker, p50 | p99 | to a parked one, p50 | in place | copied there | bare memcpy |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: |");
        Measure<Bytes64K>(folder.Path, "64 KB");
        Measure<Bytes1M>(folder.Path, "1 MB");
        Measure<Bytes6M>(folder.Path, "6 MB");
        return 0;
    }

    /// <summary>The worker: takes frames until its queue is completed, and says what it saw.</summary>
    public static int Work(string[] arguments)
    {
        Libc.PinThisThread(1); // the count of processors would be of those that this process began on: one
        How how = Enum.Parse<How>(arguments[3]);
        switch (arguments[2])
        {
            case nameof(Bytes64K): Work<Bytes64K>(arguments[1], how); break;
            case nameof(Bytes1M): Work<Bytes1M>(arguments[1], how); break;
            case nameof(Bytes6M): Work<Bytes6M>(arguments[1], how); break;
            default: throw new ArgumentException($"No frame is called '{arguments[2]}'.", nameof(arguments));
        }

        return 0;
    }

    private static unsafe void Measure<TPixels>(string folder, string title)
        where TPixels : unmanaged
    {
        Dictionary<How, List<(double Median, double P99)>> figures = Enum.GetValues<How>().ToDictionary(static how => how, static _ =>
            new List<(double, double)>());
        List<double> copies = [];
        for (int round = -1; round < Rounds; round++)
        {
            foreach (How how in figures.Keys)
            {
                (double, double) figure = Play<TPixels>(folder, how);
                if (round >= 0) figures[how].Add(figure);
            }

            double copy = Copy<TPixels>();
            if (round >= 0) copies.Add(copy);
        }

        double rate = Series.MedianOf(figures[How.Copied].Select(static one => one.Median)), bytes = sizeof(TPixels);
        double late = Series.MedianOf(figures[How.Awake].Select(static one => one.P99));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {title} | {Of(How.Awake):F0} ns | {late:F0} ns | {Of(How.Asleep) / 1000:F1} us | {Of(How.InPlace):F0} ns a frame "
            + $"| {bytes / rate:F2} GB/s | {bytes / Series.MedianOf(copies):F2} GB/s |"));

        double Of(How how) => Series.MedianOf(figures[how].Select(static one => one.Median));
    }

    /// <summary>Nanoseconds: from commit to lease, or for a frame.</summary>
    private static (double Median, double P99) Play<TPixels>(string folder, How how)
        where TPixels : unmanaged
    {
        string path = Path.Combine(folder, ShmQueueName.NewUnique());
        using TypedAcknowledged<Frame<TPixels>, ManyProducers> queue = Open<TPixels>(path);
        using Process worker = ChildProgram.Start(Worker, path, typeof(TPixels).Name, how.ToString());
        try
        {
            while (queue.GetStatistics().Participants.Count < 2 && !worker.HasExited) Thread.Sleep(1);
            (long frames, TimeSpan pace) = how switch
            {
                How.Awake => (Paced, s_pace),
                How.Asleep => (Parked, s_park),
                How.InPlace => (Flooded, TimeSpan.Zero),
                _ => (MostCopied / Unsafe.SizeOf<TPixels>(), TimeSpan.Zero),
            };
            byte[] source = new byte[Unsafe.SizeOf<TPixels>()];
            for (long frame = 0; frame < frames; frame++)
            {
                long due = Stopwatch.GetTimestamp() + (long)(pace.TotalSeconds * Stopwatch.Frequency);
                if (how == How.Asleep) Thread.Sleep(pace);
                while (Stopwatch.GetTimestamp() < due) Thread.SpinWait(10);
                queue.Claim(out SlotWriter<Frame<TPixels>> slot);
                using (slot)
                {
                    if (how == How.Copied) source.CopyTo(MemoryMarshal.AsBytes(new Span<TPixels>(ref slot.Value.Pixels)));
                    slot.Value.SentAt = Stopwatch.GetTimestamp();
                    slot.Commit();
                }
            }

            queue.Complete();
            string[] said = worker.StandardOutput.ReadToEnd().Split(' ');
            worker.WaitForExit();
            return (double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            if (!worker.HasExited) worker.Kill();
            queue.Delete();
        }
    }

    private static void Work<TPixels>(string path, How how)
        where TPixels : unmanaged
    {
        using TypedAcknowledged<Frame<TPixels>, ManyProducers> queue = Open<TPixels>(path);
        byte[] target = new byte[Unsafe.SizeOf<TPixels>()];
        List<double> times = [];
        int taken = 0;
        long began = 0, ended = 0;
        try
        {
            while (true)
            {
                TypedLease<Frame<TPixels>> lease = how == How.Awake ? TakeAwake(queue) : queue.Take(CancellationToken.None);
                ended = Stopwatch.GetTimestamp();
                // Until then everything was compiled, and the first one waited for.
                if (taken++ == s_warmUp[how]) (began, times) = (ended, []);
                times.Add(Stopwatch.GetElapsedTime(lease.Value.SentAt, ended).TotalNanoseconds);
                if (how == How.Copied)
                    MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in lease.Value.Pixels, 1)).CopyTo(target);
                lease.Acknowledge();
            }
        }
        catch (ShmQueueCompletedException)
        {
            times.Sort();
            bool isPaced = how is How.Awake or How.Asleep;
            double median = isPaced ? times[times.Count / 2] : Stopwatch.GetElapsedTime(began, ended).TotalNanoseconds / times.Count;
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{median} {times[times.Count * 99 / 100]}"));
        }
    }

    private static TypedLease<Frame<TPixels>> TakeAwake<TPixels>(TypedAcknowledged<Frame<TPixels>, ManyProducers> queue)
        where TPixels : unmanaged
    {
        TypedLease<Frame<TPixels>> lease;
        while (!queue.TryTake(out lease))
        {
            if (queue.IsCompleted) return queue.Take(CancellationToken.None); // throws, unless one came just before the end
        }

        return lease;
    }

    /// <summary>Nanoseconds for a copy of a frame's bytes by one core, with no other process.</summary>
    private static double Copy<TPixels>()
        where TPixels : unmanaged
    {
        byte[] here = new byte[Unsafe.SizeOf<TPixels>()], there = new byte[here.Length];
        long times = Math.Max(4, MostCopied / 4 / here.Length), began = Stopwatch.GetTimestamp();
        for (long i = 0; i < times; i++) here.CopyTo(there, 0);
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / times;
    }

    private static TypedAcknowledged<Frame<TPixels>, ManyProducers> Open<TPixels>(string path)
        where TPixels : unmanaged
    {
        int size = Unsafe.SizeOf<TPixels>();
        byte[] schema = Encoding.UTF8.GetBytes($"tsq1 Frame {size + 8}\n0 8 i64 SentAt\n8 {size} u8[{size}] Pixels\n");
        QueueContract contract = new("Frame", size + 8, Capacity, SchemaHash.Of(schema), schema, Endpoints.Many, Endpoints.Many,
            Overflow.Wait, Delivery.Acknowledged);
        return TypedAcknowledged<Frame<TPixels>, ManyProducers>.OpenOrCreate(contract, Path.GetFileName(path),
            new ShmQueueOptions { Directory = Path.GetDirectoryName(path) });
    }
}
