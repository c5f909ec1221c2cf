namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>Where a process of the simulation dies or loses power: the writer's steps, told to the simulation of this thread.</summary>
internal static class SimulatedSteps
{
    [ThreadStatic]
    public static Action<string>? Reached;
}

/// <summary>The rules as they are.</summary>
internal readonly struct AllRules : IJournalRules
{
    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutChecksums : IJournalRules
{
    public static bool ChecksBlocks => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutAlignment : IJournalRules
{
    public static bool AlignsBlocks => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

/// <summary>Either alone is enough, as the prototype found: so both are taken away, and the generation is used again.</summary>
internal readonly struct WithoutChainAndRise : IJournalRules
{
    public static bool Chains => false;

    public static bool RaisesGenerations => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutRise : IJournalRules
{
    public static bool RaisesGenerations => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

/// <summary>Each of the two alone keeps blocks of an earlier generation out.</summary>
internal readonly struct WithoutChainAndGeneration : IJournalRules
{
    public static bool Chains => false;

    public static bool ChecksGenerations => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutSpareHalf : IJournalRules
{
    public static bool SparesNewest => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutSyncOfCommits : IJournalRules
{
    public static bool SyncsCommits => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutSyncOfSnapshots : IJournalRules
{
    public static bool SyncsSnapshots => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutDoubt : IJournalRules
{
    public static bool DoubtsFailedSyncs => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutTakeover : IJournalRules
{
    public static bool TakesOver => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutSyncBeforeReading : IJournalRules
{
    public static bool SyncsBeforeReading => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutLookBehindTheEnd : IJournalRules
{
    public static bool LooksBehindTheEnd => false;

    public static bool BelievesCommitted => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutBeliefInCommits : IJournalRules
{
    public static bool BelievesCommits => false;

    public static bool BelievesCommitted => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}

internal readonly struct WithoutBeliefInCommitted : IJournalRules
{
    public static bool BelievesCommitted => false;

    public static void At(string step) => SimulatedSteps.Reached?.Invoke(step);
}
