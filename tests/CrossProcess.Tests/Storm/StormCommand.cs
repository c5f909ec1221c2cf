using System.Diagnostics;
using System.Globalization;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The long form: round after round until so many processes were killed. Says how far it is.</summary>
internal static class StormCommand
{
    private const int KillsInRound = 50;

    public static int Run(int seed, int kills, StormKind kind)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"storm of {kills} kills ({kind}), seed {seed}"));
        long began = Stopwatch.GetTimestamp();
        long powerFailures = 0, sent = 0, taken = 0, displaced = 0, missed = 0, held = 0, faults = 0, killed = 0;
        using Standby standby = new();
        int round = 0;
        for (; killed < kills; round++)
        {
            int most = (int)Math.Min(KillsInRound, kills - killed);
            (string plan, StormBalance balance) = kind switch
            {
                StormKind.Broadcast => Run(new BroadcastPlan(seed, round, most), standby, count => killed += count),
                StormKind.Durable => Run(new DurablePlan(seed, round, most), standby, count => killed += count, ref powerFailures),
                StormKind.Leases => Run(new LeasePlan(seed, round, most), standby, count => killed += count),
                _ => Run(new StormPlan(seed, round, most), standby, count => killed += count),
            };
            sent += balance.Sent;
            taken += balance.Taken;
            displaced += balance.Displaced;
            missed += balance.Missed;
            held += balance.Held;
            faults += balance.Faults.Count;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:F0} s {killed,6} kills {sent,12} sent  {plan}"));
            foreach (string fault in balance.Faults.Take(10)) Console.WriteLine($"FAULT: {fault}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{round} rounds, {killed} kills, {sent} messages sent, {taken} taken, {displaced} displaced, {missed} counted as missed, "
                + $"{(kind == StormKind.Durable ? powerFailures : 0)} power failures, "
                + $"{held} {(kind is StormKind.Leases or StormKind.Durable ? "delivered again" : "in the hands of the dead")}, "
                + $"{faults} faults, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        return faults == 0 ? 0 : 1;
    }

    private static (string Plan, StormBalance Balance) Run(StormPlan plan, Standby standby, Action<int> onKills) =>
        ($"{plan}", StormRound.Run(plan, standby, onKills));

    private static (string Plan, StormBalance Balance) Run(BroadcastPlan plan, Standby standby, Action<int> onKills) =>
        ($"{plan}", BroadcastRound.Run(plan, standby, onKills));

    private static (string Plan, StormBalance Balance) Run(DurablePlan plan, Standby standby, Action<int> onKills, ref long powerFailures)
    {
        StormBalance balance = DurableRound.Run(plan, standby, onKills, out int failures);
        powerFailures += failures;
        return ($"{plan}", balance);
    }

    private static (string Plan, StormBalance Balance) Run(LeasePlan plan, Standby standby, Action<int> onKills) =>
        ($"{plan}", LeaseRound.Run(plan, standby, onKills));
}

/// <summary>What a storm is about.</summary>
internal enum StormKind
{
    /// <summary>Queues that give each message to one consumer.</summary>
    Queues,

    /// <summary>Subscribers of broadcast queues.</summary>
    Broadcast,

    /// <summary>Workers that take under leases, of queues with acknowledged delivery and of groups of broadcast queues.</summary>
    Leases,

    /// <summary>Producers and workers of a durable queue, and power failures.</summary>
    Durable,
}
