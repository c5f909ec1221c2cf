using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Processes;

/// <summary>What the first calls of a process cost, each in many fresh processes: nothing of them is compiled, or in a cache.</summary>
internal static class StartsRun
{
    /// <summary>The child's command line begins with it.</summary>
    public const string Worker = "starts-worker";

    private const int Processes = 40;

    private static readonly string[] s_calls = ["`Create`", "first `Enqueue`", "first `Dequeue`", "second `Enqueue`"];

    public static int Run()
    {
        using MemoryFolder folder = new("starts");
        List<double>[] figures = [.. s_calls.Select(static _ => new List<double>())];
        for (int i = 0; i < Processes; i++)
        {
            using Process child = ChildProgram.Start(Worker, folder.Path);
            string[] said = child.StandardOutput.ReadToEnd().Split(' ');
            child.WaitForExit();
            for (int call = 0; call < figures.Length; call++) figures[call].Add(double.Parse(said[call], CultureInfo.InvariantCulture));
        }

        Console.WriteLine($"starts: 64 B, many/many, {Processes} fresh processes, milliseconds");
        Console.WriteLine();
        Console.WriteLine("| call | fastest | median |");
        Console.WriteLine("| --- | --: | --: |");
        for (int call = 0; call < figures.Length; call++)
        {
            Series series = new(figures[call]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {s_calls[call]} | {series.Min:F2} | {series.Median:F2} |"));
        }

        return 0;
    }

    /// <summary>The child: says how many milliseconds each call took.</summary>
    public static int Work(string[] arguments)
    {
        ShmQueueOptions options = new() { Directory = arguments[1], Capacity = 1_024 };
        Span<long> at = stackalloc long[s_calls.Length + 1];
        at[0] = Stopwatch.GetTimestamp();
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Create("starts", options);
        at[1] = Stopwatch.GetTimestamp();
        queue.Enqueue(default);
        at[2] = Stopwatch.GetTimestamp();
        _ = queue.Dequeue();
        at[3] = Stopwatch.GetTimestamp();
        queue.Enqueue(default);
        at[4] = Stopwatch.GetTimestamp();
        for (int call = 0; call < s_calls.Length; call++)
            Console.Write(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(at[call], at[call + 1]).TotalMilliseconds} "));
        queue.Delete();
        return 0;
    }
}
