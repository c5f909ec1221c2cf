using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>
/// Where the parser says what is wrong: the analyzer reports it, the generator only needs to know that there is something.
/// </summary>
internal sealed class ProblemSink(Action<Diagnostic>? report)
{
    public bool HasAny { get; private set; }

    public void Add(DiagnosticDescriptor rule, Location? location, params object[] arguments) =>
        Add(new Remedy(), rule, location, arguments);

    public void Add(Remedy remedy, DiagnosticDescriptor rule, Location? location, params object[] arguments)
    {
        HasAny = true;
        report?.Invoke(remedy.Attach(rule, location, arguments));
    }
}
