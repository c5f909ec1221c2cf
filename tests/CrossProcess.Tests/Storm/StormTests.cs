using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The short form of the storm: a round for each combination of roles. The long one is a command (docs/testing.md).</summary>
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Kills = 20;

    private static readonly int s_seed = Random.Shared.Next();

    public static TheoryData<int> Rounds { get; } = [.. Enumerable.Range(0, StormPlan.RolesInAll)];

    public static TheoryData<int> BroadcastRounds { get; } = [.. Enumerable.Range(0, BroadcastPlan.KindsInAll)];

    public static TheoryData<int> LeaseRounds { get; } = [.. Enumerable.Range(0, LeasePlan.KindsInAll)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public void Killed_processes_cost_only_what_they_had_in_hand(int round)
    {
        StormPlan plan = new(s_seed, round, Kills);
        output.WriteLine($"{plan}");
        using Standby standby = new();
        StormBalance balance = StormRound.Run(plan, standby, static _ => { });
        output.WriteLine($"{balance}");
        balance.Faults.ShouldBeEmpty($"{plan}");
        balance.Taken.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(BroadcastRounds))]
    public void Every_subscriber_gets_or_counts_every_message(int round)
    {
        BroadcastPlan plan = new(s_seed, round, Kills);
        output.WriteLine($"{plan}");
        using Standby standby = new();
        StormBalance balance = BroadcastRound.Run(plan, standby, static _ => { });
        output.WriteLine($"{balance}");
        balance.Faults.ShouldBeEmpty($"{plan}");
        balance.Taken.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_power_failure_takes_back_what_was_committed(int round)
    {
        DurablePlan plan = new(s_seed, round, 2 * Kills);
        output.WriteLine($"{plan}");
        using Standby standby = new();
        StormBalance balance = DurableRound.Run(plan, standby, static _ => { }, out int powerFailures);
        output.WriteLine($"{balance}, {powerFailures} power failures");
        balance.Faults.ShouldBeEmpty($"{plan}");
        balance.Taken.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(LeaseRounds))]
    public void Every_message_is_acknowledged_once_whoever_dies(int round)
    {
        LeasePlan plan = new(s_seed, round, Kills);
        output.WriteLine($"{plan}");
        using Standby standby = new();
        StormBalance balance = LeaseRound.Run(plan, standby, static _ => { });
        output.WriteLine($"{balance}");
        balance.Faults.ShouldBeEmpty($"{plan}");
        balance.Taken.ShouldBeGreaterThan(0);
    }
}
