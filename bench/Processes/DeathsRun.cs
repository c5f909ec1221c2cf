using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Processes;

/// <summary>
/// The longest time without a message at a consumer when a producer is killed in the middle of a send, while another one goes on sending.
/// Each death is a new process, which sends for a while and kills itself between its claim and its commit. The floor is what the kernel takes
/// to end such a process: it drops the lock by which the others know a process last of all.
/// </summary>
internal static class DeathsRun
{
    /// <summary>The command lines of those who send begin with them.</summary>
    public const string Survivor = "deaths-survivor", Victim = "deaths-victim";

    private const int Deaths = 200, FloorDeaths = 100, Capacity = 1_024;

    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(20);

    /// <summary>Longer than anybody parks who is held up by a claim.</summary>
    private static readonly TimeSpan s_after = TimeSpan.FromMilliseconds(150);

    private static long s_longest;

    public static int Run()
    {
        using MemoryFolder folder = new("deaths");
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Create("deaths",
            new ShmQueueOptions { Directory = folder.Path, Capacity = Capacity });
        List<double> floors = [];
        for (int death = 0; death < FloorDeaths; death++) floors.Add(PlayFloor(queue, folder.Path));
        Thread consumer = new(() => Take(queue)) { IsBackground = true };
        consumer.Start();
        using Process survivor = ChildProgram.Start(Survivor, folder.Path);
        List<double> gaps = [];
        try
        {
            for (int death = 0; death < Deaths; death++) gaps.Add(Play(folder.Path));
        }
        finally
        {
            queue.Complete();
            survivor.WaitForExit();
            consumer.Join();
        }

        Console.WriteLine($"deaths: 64 B, many/many, {Capacity} slots; {Deaths} producers killed between claim and commit, one survivor");
        Console.WriteLine();
        Console.WriteLine("| | p50 | p90 | largest | over 10 ms |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        Tell("floor: from a kill until the kernel drops the lock", floors);
        Tell("longest gap at the consumer", gaps);
        return 0;
    }

    private static void Tell(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {milliseconds[milliseconds.Count / 2]:F1} ms " +
            $"| {milliseconds[milliseconds.Count * 9 / 10]:F1} ms | {milliseconds[^1]:F1} ms | {milliseconds.Count(static gap => gap > 10)} |"));
    }

    /// <summary>A child: sends until the queue is completed, or is killed in the middle.</summary>
    public static int Work(string[] arguments)
    {
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Open("deaths", new ShmQueueOptions { Directory = arguments[1] });
        bool dies = arguments[0] == Victim;
        Console.WriteLine("ready");
        if (dies) _ = Console.ReadLine();
        long began = Stopwatch.GetTimestamp();
        try
        {
            while (!dies || Stopwatch.GetElapsedTime(began) < s_life) queue.Enqueue(default);
        }
        catch (ShmQueueCompletedException)
        {
            return 0;
        }

        queue.Claim(out SlotWriter<ManyToMany.Bytes64> writer);
        Process.GetCurrentProcess().Kill();
        writer.Commit(); // never comes to this
        return 1;
    }

    /// <summary>Milliseconds.</summary>
    private static double Play(string folder)
    {
        using Process victim = ChildProgram.Start(Victim, folder);
        _ = victim.StandardOutput.ReadLine();
        // What came before, a process that starts on two cores, is not of interest.
        Volatile.Write(ref s_longest, 0);
        victim.StandardInput.WriteLine();
        victim.StandardInput.Flush();
        victim.WaitForExit();
        Thread.Sleep(s_after);
        return Stopwatch.GetElapsedTime(0, Volatile.Read(ref s_longest)).TotalMilliseconds;
    }

    /// <summary>Milliseconds. Nobody else runs, as when all wait for the dead.</summary>
    private static double PlayFloor(ManyToMany.Bytes64Queue queue, string folder)
    {
        using Process victim = ChildProgram.Start(Victim, folder);
        _ = victim.StandardOutput.ReadLine();
        long began = Stopwatch.GetTimestamp();
        victim.Kill();
        while (queue.GetStatistics().Participants.Any(one => one.ProcessId == victim.Id && one.IsAlive))
        {
            // Looking costs some microseconds.
        }

        double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        victim.WaitForExit();
        return took;
    }

    private static void Take(ManyToMany.Bytes64Queue queue)
    {
        long last = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                _ = queue.Dequeue();
                long now = Stopwatch.GetTimestamp(), gap = now - last;
                last = now;
                if (gap > Volatile.Read(ref s_longest)) Volatile.Write(ref s_longest, gap);
            }
        }
        catch (ShmQueueCompletedException)
        {
            // The run is over.
        }
    }
}
