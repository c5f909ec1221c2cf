using System.CommandLine;

namespace TypedShmQueue.Tool.Shell;

/// <summary>One command of the tool: its arguments, its examples, and what it does.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, params IReadOnlyList<string> examples) : base(name, description)
    {
        Examples = examples;
        // On a thread of its own: Ctrl+C is heard while it runs.
        SetAction((parsed, cancellation) => Task.Run(() => Run(new Call(parsed, cancellation))));
    }

    /// <summary>Command lines, each with what it does; help shows them.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Runs the command and returns its exit code.</summary>
    protected abstract int Run(Call call);
}
