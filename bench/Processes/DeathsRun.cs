using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Processes;

/// <summary>
/// The longest time without a message at a consumer when a producer is killed in the middle of a send, while another one goes on sending.
/// Each death is a new process, which sends for a while and kills itself between its claim and its commit.
/// </summary>
internal static class DeathsRun
{
    /// <summary>The command lines of those who send begin with them.</summary>
    public const string Survivor = "deaths-survivor", Victim = "deaths-victim";

    private const int Deaths = 200, Capacity = 1_024;

    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(20);

    /// <summary>Longer than anybody parks who is held up by a claim.</summary>
    private static readonly TimeSpan s_after = TimeSpan.FromMilliseconds(150);

    private static long s_longest;

    public static int Run()
    {
        using MemoryFolder folder = new("deaths");
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Create("deaths",
            new ShmQueueOptions { Directory = folder.Path, Capacity = Capacity });
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

        gaps.Sort();
        Console.WriteLine($"deaths: 64 B, many/many, {Capacity} slots; {Deaths} producers killed between claim and commit, one survivor");
        Console.WriteLine();
        Console.WriteLine("| longest gap at the consumer | p50 | p90 | largest | over 10 ms |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| after a death | {gaps[Deaths / 2]:F1} ms " +
            $"| {gaps[Deaths * 9 / 10]:F1} ms | {gaps[^1]:F1} ms | {gaps.Count(static gap => gap > 10)} |"));
        return 0;
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
