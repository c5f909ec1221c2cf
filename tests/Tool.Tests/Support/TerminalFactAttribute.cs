namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>A test before a pseudo-terminal; skipped where the system has none to give, as in some containers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = Terminal.WhyThereIsNone;
}

/// <summary>As <see cref="TerminalFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() => Skip = Terminal.WhyThereIsNone;
}
