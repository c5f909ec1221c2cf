using System.Diagnostics;
using System.Runtime.Versioning;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Figures;

/// <summary>
/// A few figures of two processes on one queue, by nothing but the library and .NET: for platforms that the benchmarks do not run on.
/// Figures are read by people, and no test.
/// </summary>
internal static class FiguresCommand
{
    private const int Messages = 2_000_000, Rounds = 9, Wakes = 200, IdleSeconds = 55;
    private const string There = "there", Back = "back";

    private static readonly QueueContract s_contract = Contracts.Parcel<OneProducer, OneConsumer>(capacity: 1024);
    private static readonly TimeSpan s_longEnoughToPark = TimeSpan.FromMilliseconds(3);

    public static int Run()
    {
        using QueueFolder folder = new();
        Throughput(folder);
        double queue = Wake(folder);
        if (!OperatingSystem.IsWindows()) return 0;
        double bare = WakeByEvents(folder);
        Say($"wake: {queue / bare:F2} times that of a bare named event");
        return 0;
    }

    /// <summary>The other process.</summary>
    public static int Child(string part, string folder)
    {
        switch (part)
        {
            case "send":
                using (var queue = Open(There, folder, WaitPolicy.Adaptive))
                {
                    for (int i = 0; i < Messages * Rounds; i++) queue.Enqueue(new Parcel(1, i), default);
                    queue.Complete();
                    Say($"parked {Parked(queue)}");
                }

                return 0;
            case "echo":
                using (var there = Open(There, folder, WaitPolicy.Park))
                using (var back = Open(Back, folder, WaitPolicy.Park))
                {
                    for (int i = 0; i < Wakes; i++) back.Enqueue(there.Dequeue(default), default);
                }

                return 0;
            case "echo-events" when OperatingSystem.IsWindows():
                EchoEvents(folder);
                return 0;
            case "hot":
                Hot();
                return 0;
            case "idle":
                Idle();
                return 0;
            default:
                throw new ArgumentException($"There is no part '{part}'.", nameof(part));
        }
    }

    private static void Throughput(QueueFolder folder)
    {
        using var queue = TypedQueue<Parcel, OneProducer, OneConsumer>.Create(s_contract, There,
            folder.Options with { Wait = WaitPolicy.Adaptive });
        using PeerProcess child = Start("send", folder);
        double[] nanoseconds = new double[Rounds];
        long parkedBefore = 0, parked = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Messages; i++) _ = queue.Dequeue(default);
            nanoseconds[round] = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Messages;
            if (round == 0) parkedBefore = Parked(queue);
        }

        parked = Parked(queue) - parkedBefore;
        Say($"one to one: {Median(nanoseconds):F0} ns a message, {nanoseconds.Min():F0} in the fastest round of {Messages} messages");
        Say($"in {Messages * (Rounds - 1L)} messages the consumer parked {parked} times; the producer in all: {child.Hear()}");
        child.WaitForSuccess();
        queue.Delete();
    }

    private static double Wake(QueueFolder folder)
    {
        ShmQueueOptions options = folder.Options with { Wait = WaitPolicy.Park };
        using var there = TypedQueue<Parcel, OneProducer, OneConsumer>.Create(s_contract, There, options);
        using var back = TypedQueue<Parcel, OneProducer, OneConsumer>.Create(s_contract, Back, options);
        using PeerProcess child = Start("echo", folder);
        double[] microseconds = new double[Wakes];
        for (int i = 0; i < Wakes; i++)
        {
            Thread.Sleep(s_longEnoughToPark);
            long began = Stopwatch.GetTimestamp();
            there.Enqueue(new Parcel(1, i), default);
            _ = back.Dequeue(default);
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        child.WaitForSuccess();
        Say($"two wakes, there and back, by queues: {Median(microseconds):F0} us");
        return Median(microseconds);
    }

    [SupportedOSPlatform("windows")]
    private static double WakeByEvents(QueueFolder folder)
    {
        using EventWaitHandle there = NewEvent(There, folder.Location), back = NewEvent(Back, folder.Location);
        using PeerProcess child = Start("echo-events", folder);
        double[] microseconds = new double[Wakes];
        for (int i = 0; i < Wakes; i++)
        {
            Thread.Sleep(s_longEnoughToPark);
            long began = Stopwatch.GetTimestamp();
            there.Set();
            back.WaitOne();
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        child.WaitForSuccess();
        Say($"two wakes, there and back, by bare named events: {Median(microseconds):F0} us");
        return Median(microseconds);
    }

    [SupportedOSPlatform("windows")]
    private static void EchoEvents(string folder)
    {
        using EventWaitHandle there = NewEvent(There, folder), back = NewEvent(Back, folder);
        for (int i = 0; i < Wakes; i++)
        {
            there.WaitOne();
            back.Set();
        }
    }

    /// <summary>Sends and takes between two looks at files that do not exist: the marks of a trace of system calls.</summary>
    private static void Hot()
    {
        const int Count = 1_000_000;
        using QueueFolder folder = new();
        using var queue = TypedQueue<Parcel, OneProducer, OneConsumer>.Create(s_contract, There, folder.Options);
        _ = Pass(queue, Count / 10);
        Thread.Sleep(TimeSpan.FromSeconds(2)); // the compiler settles
        _ = Pass(queue, Count / 10);
        _ = File.Exists("/tsq-mark-begin");
        int passed = Pass(queue, Count);
        _ = File.Exists("/tsq-mark-end");
        Say($"{passed} messages were sent and taken");
    }

    private static int Pass(TypedQueue<Parcel, OneProducer, OneConsumer> queue, int count)
    {
        int passed = 0;
        for (int i = 0; i < count; i++)
        {
            if (queue.TryEnqueue(new Parcel(1, i)) && queue.TryDequeue(out _)) passed++;
        }

        return passed;
    }

    /// <summary>Parks for some seconds, in which somebody else counts what this process uses.</summary>
    private static void Idle()
    {
        using QueueFolder folder = new();
        using var queue = TypedQueue<Parcel, OneProducer, OneConsumer>.Create(s_contract, There, folder.Options);
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(IdleSeconds));
        Say($"parks for {IdleSeconds} seconds");
        try
        {
            _ = queue.Dequeue(end.Token);
        }
        catch (OperationCanceledException)
        {
            Say($"parked {Parked(queue)} times");
        }
    }

    [SupportedOSPlatform("windows")]
    private static EventWaitHandle NewEvent(string name, string folder) =>
        new(initialState: false, EventResetMode.AutoReset, $"tsq.{name}.{Path.GetFileName(folder)}");

    private static PeerProcess Start(string part, QueueFolder folder) =>
        PeerProcess.StartProgram("TypedShmQueue.CrossProcess.Tests", ["figures-child", part, folder.Location]);

    private static TypedQueue<Parcel, OneProducer, OneConsumer> Open(string name, string folder, WaitPolicy wait) =>
        TypedQueue<Parcel, OneProducer, OneConsumer>.Open(s_contract, name, new ShmQueueOptions { Directory = folder, Wait = wait });

    private static long Parked(TypedQueue<Parcel, OneProducer, OneConsumer> queue) =>
        queue.GetStatistics().Participants.Where(static p => p.IsSelf).Sum(static p => p.Parked);

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
