using System.Diagnostics;
using System.Globalization;

namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>The long form: simulation after simulation until there were so many crashes. Says how far it is.</summary>
internal static class SimulateCommand
{
    private const int MostFaults = 20;

    public static int Run(int seed, long crashes)
    {
        Say($"simulate {crashes} crashes, seed {seed}");
        long began = Stopwatch.GetTimestamp();
        SimulationCounts counts = new();
        Dictionary<ViolationKind, int> faults = Enum.GetValues<ViolationKind>().ToDictionary(static kind => kind, static _ => 0);
        int runs = 0, others = 0;
        for (long shown = 0; counts.Crashes < crashes && faults.Values.Sum() + others < MostFaults; runs++)
        {
            try
            {
                Simulation<AllRules>.Run(seed + runs, new SimulationOptions(), counts);
            }
            catch (Violation fault)
            {
                faults[fault.Kind]++;
                Say($"FAULT: seed {seed + runs}: {fault.Message}");
            }
            catch (Exception e) when (e is ShmQueueException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
            {
                others++;
                Say($"FAULT: seed {seed + runs}: {e}");
            }

            if (Stopwatch.GetElapsedTime(began).TotalSeconds < shown + 10) continue;
            shown = (long)Stopwatch.GetElapsedTime(began).TotalSeconds;
            Say($"{shown,5} s {counts.Crashes,9} crashes {counts.Subsets,10} subsets");
        }

        Say($"{"runs",-60} {runs,12:N0}");
        Say($"{"power failures and lost rings",-60} {counts.Crashes,12:N0}");
        Say($"{"images more, of crashes of which each was recovered",-60} {counts.Subsets,12:N0}");
        Say($"{"recoveries that crashed",-60} {counts.CrashedRecoveries,12:N0}");
        Say($"{"committers that died",-60} {counts.Deaths,12:N0}");
        Say($"{"syncs that failed",-60} {counts.FailedSyncs,12:N0}");
        Say($"{"syncs that lied",-60} {counts.Lies,12:N0}");
        Say($"{"  recoveries that reported it",-60} {counts.ReportedLies,12:N0}");
        Say($"{"bits that flipped",-60} {counts.Flips,12:N0}");
        Say($"{"  reported",-60} {counts.ReportedFlips,12:N0}");
        Say($"{"  in the last block: what was before it came back",-60} {counts.Undecidable,12:N0}");
        Say($"{"lost",-60} {faults[ViolationKind.Lost],12:N0}");
        Say($"{"invented",-60} {faults[ViolationKind.Invented],12:N0}");
        Say($"{"doubled",-60} {faults[ViolationKind.Doubled],12:N0}");
        Say($"{"silent rot",-60} {faults[ViolationKind.SilentRot],12:N0}");
        Say($"{"false alarms",-60} {faults[ViolationKind.FalseAlarm],12:N0}");
        Say($"{"other faults",-60} {others,12:N0}");
        Say($"{Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        return faults.Values.Sum() + others == 0 ? 0 : 1;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
