namespace TypedShmQueue.CrossProcess.Tests.Fuzz;

/// <summary>What many cases came to.</summary>
/// <param name="Cases">Cases that ended well.</param>
/// <param name="Refused">Files refused at open.</param>
/// <param name="Calls">Calls on queues that were open.</param>
/// <param name="Reports">Of them, those that ended in a typed exception.</param>
/// <param name="HeldUp">Waits for a claim that looked alive, until it was cleared.</param>
/// <param name="Mappings">Mappings of queues and of their spoilers.</param>
/// <param name="Guarded">Of them, those with a page without access on both sides.</param>
/// <param name="Failures">Faults, hangs and foreign exceptions, each with the case that showed it.</param>
internal sealed record FuzzOutcome(long Cases, long Refused, long Calls, long Reports, long HeldUp, long Mappings, long Guarded,
    IReadOnlyList<string> Failures)
{
    public static FuzzOutcome operator +(FuzzOutcome a, FuzzOutcome b) =>
        new(a.Cases + b.Cases, a.Refused + b.Refused, a.Calls + b.Calls, a.Reports + b.Reports, a.HeldUp + b.HeldUp, a.Mappings
            + b.Mappings, a.Guarded + b.Guarded,
            [.. a.Failures, .. b.Failures]);

    public override string ToString() =>
        $"{Cases} cases, {Refused} files refused, {Calls} calls, {Reports} of them reported, {HeldUp} held up, {Guarded} of {Mappings} "
            + $"mappings guarded, {Failures.Count} failures";
}
