using System.Diagnostics;
using System.Globalization;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The long form: round after round until so many processes were killed. Says how far it is.</summary>
internal static class StormCommand
{
    private const int KillsInRound = 50;

    public static int Run(int seed, int kills)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"storm of {kills} kills, seed {seed}"));
        long began = Stopwatch.GetTimestamp();
        long sent = 0, taken = 0, displaced = 0, held = 0, faults = 0, killed = 0;
        using Standby standby = new();
        int round = 0;
        for (; killed < kills; round++)
        {
            StormPlan plan = new(seed, round, (int)Math.Min(KillsInRound, kills - killed));
            StormBalance balance = StormRound.Run(plan, standby, count => killed += count);
            sent += balance.Sent;
            taken += balance.Taken;
            displaced += balance.Displaced;
            held += balance.Held;
            faults += balance.Faults.Count;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:F0} s {killed,6} kills {sent,12} sent  {plan}"));
            foreach (string fault in balance.Faults.Take(10)) Console.WriteLine($"FAULT: {fault}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{round} rounds, {killed} kills, {sent} messages sent, {taken} taken, {displaced} displaced, {held} in the hands of the dead, {faults} faults, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        return faults == 0 ? 0 : 1;
    }
}
