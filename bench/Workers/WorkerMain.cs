using System.Diagnostics;
using System.Text.Json;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Workers;

/// <summary>
/// A child process: a job comes in as a line, the reports of its seats go out as a line, until the input ends. One process plays many
/// rounds, so its code has been through all of the compiler's tiers when it counts.
/// </summary>
internal static class WorkerMain
{
    public static int Run(TextReader input, TextWriter output)
    {
        while (input.ReadLine() is { } line)
        {
            Job job = JsonSerializer.Deserialize(line, JobJson.Default.Job)!;
            SeatReport[] reports = Play(job);
            Answer(output, reports);
            // A thread that hangs is in nobody's power; its process ends.
            if (reports.Any(r => r.Hung)) return 3;
        }

        return 0;
    }

    private static void Answer(TextWriter output, SeatReport[] reports)
    {
        output.WriteLine(JsonSerializer.Serialize(reports, JobJson.Default.SeatReportArray));
        output.Flush();
    }

    private static SeatReport[] Play(Job job)
    {
        ControlPage control = new(job.Directory);
        Contestant contestant = Roster.Find(job.Contestant);
        Seat[] seats = [.. job.Seats.Select(index => new Seat(job, index, control))];
        SeatReport[] reports = new SeatReport[seats.Length];
        Thread[] threads = new Thread[seats.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            int place = i;
            threads[i] = new Thread(() => reports[place] = Take(contestant, seats[place])) { IsBackground = true,
                Name = $"seat {seats[place].Index}" };
            threads[i].Start();
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < threads.Length; i++)
        {
            TimeSpan left = TimeSpan.FromSeconds(job.LongestSeconds) - Stopwatch.GetElapsedTime(start);
            if (!threads[i].Join(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                reports[i] = new SeatReport { Seat = seats[i].Index, Hung = true, Error = $"Seat {seats[i].Index} hung " +
                    $"while {seats[i].Phase}." };
        }

        if (!reports.Any(r => r.Hung)) control.Dispose();
        return reports;
    }

    private static SeatReport Take(Contestant contestant, Seat seat)
    {
        try
        {
            if (seat.Job.Pinned) Libc.PinThisThread(seat.Index % Environment.ProcessorCount);
            return contestant.Play(seat, Part.Of(seat.Job.Activity)) with { Seat = seat.Index };
        }
        catch (Exception exception)
        {
            return new SeatReport { Seat = seat.Index, Error = $"{exception.GetType().Name}: {exception.Message}" };
        }
    }
}
