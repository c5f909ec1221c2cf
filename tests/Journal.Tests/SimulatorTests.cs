using TypedShmQueue.Journal.Tests.Simulating;

namespace TypedShmQueue.Journal.Tests;

/// <summary>The short form of the simulator: <c>simulate</c> is the long one.</summary>
public sealed class SimulatorTests
{
    [Fact]
    public void Nothing_is_lost_invented_doubled_or_silent()
    {
        SimulationCounts counts = new();
        for (int seed = 0; seed < 100; seed++)
        {
            try
            {
                Simulation<AllRules>.Run(seed, new SimulationOptions(), counts);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }

        counts.Crashes.ShouldBeGreaterThan(200);
        counts.CrashedRecoveries.ShouldBeGreaterThan(50);
        counts.Lies.ShouldBeGreaterThan(5);
        counts.FailedSyncs.ShouldBeGreaterThan(50);
        counts.Flips.ShouldBeGreaterThan(300);
        counts.Subsets.ShouldBeGreaterThan(1000);
    }
}
