using TypedShmQueue.Journal.Tests.Simulating;

namespace TypedShmQueue.Journal.Tests;

/// <summary>Each guard of the journal is left out, and the simulator must find what happens then.</summary>
public sealed class SeededFaultTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Far more than any of the faults needs.</summary>
    private const int MostSeeds = 3_000;

    [Fact]
    public void No_checksums() => MustBeFound<WithoutChecksums>();

    [Fact]
    public void No_alignment() => MustBeFound<WithoutAlignment>();

    [Fact]
    public void Generation_used_again() => MustBeFound<WithoutRise>();

    [Fact]
    public void Generation_used_again_and_no_chain() => MustBeFound<WithoutChainAndRise>();

    [Fact]
    public void Neither_chain_nor_generation() => MustBeFound<WithoutChainAndGeneration>();

    [Fact]
    public void Snapshot_over_the_newest_generation() => MustBeFound<WithoutSpareHalf>();

    [Fact]
    public void Commit_returns_before_the_sync() => MustBeFound<WithoutSyncOfCommits>();

    [Fact]
    public void Snapshot_and_end_of_recovery_not_synced() => MustBeFound<WithoutSyncOfSnapshots>();

    [Fact]
    public void Failed_sync_tried_again() => MustBeFound<WithoutDoubt>();

    [Fact]
    public void Dead_committer_not_taken_over() => MustBeFound<WithoutTakeover>();

    [Fact]
    public void No_sync_before_reading() => MustBeFound<WithoutSyncBeforeReading>();

    [Fact]
    public void Recovery_reads_the_page_cache() => MustBeFound<AllRules>(new SimulationOptions(ReadsCache: true, Subsets: 0, Flips: 0));

    [Fact]
    public void No_look_behind_the_end() => MustBeFound<WithoutLookBehindTheEnd>(Rotting, ViolationKind.SilentRot);

    [Fact]
    public void Commits_prove_no_snapshot() => MustBeFound<WithoutBeliefInCommits>(Rotting, ViolationKind.SilentRot);

    [Fact]
    public void Committed_limit_proves_nothing() => MustBeFound<WithoutBeliefInCommitted>(Rotting, ViolationKind.SilentRot);

    private static SimulationOptions Rotting => new(Subsets: 0, Flips: 8);

    private void MustBeFound<TRules>(SimulationOptions? options = null, ViolationKind? kind = null)
        where TRules : struct, IJournalRules
    {
        SimulationCounts counts = new();
        for (int seed = 0; seed < MostSeeds; seed++)
        {
            try
            {
                Simulation<TRules>.Run(seed, options ?? new SimulationOptions(Subsets: 0, Flips: 0), counts);
            }
            catch (Violation found) when (kind is null || found.Kind == kind)
            {
                output.WriteLine($"seed {seed}, after {counts.Crashes} crashes: {found.Message}");
                return;
            }
            catch (Exception e) when (e is Violation or ShmQueueException or ArgumentException or InvalidOperationException)
            {
                // With a fault seeded, anything can happen. Only the ledger counts.
            }
        }

        Assert.Fail($"not found in {counts.Crashes} crashes");
    }
}
