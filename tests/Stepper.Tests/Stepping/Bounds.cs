namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>How much a run may differ from one in which each actor runs through.</summary>
/// <param name="Preemptions">How often a turn may be taken from an actor that could go on.</param>
/// <param name="Deaths">How many processes may die.</param>
/// <param name="Traces">Whether the run notes every access.</param>
/// <param name="Throws">How many calls may throw that can: those that allocate, or ask the system.</param>
/// <param name="WithoutRepair">A seeded fault: the repair of this label is left out where a call threw.</param>
internal readonly record struct Bounds(int Preemptions, int Deaths, bool Traces = false, int Throws = 0, string? WithoutRepair = null);
