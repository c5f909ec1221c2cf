using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TypedShmQueue.Tool.Shell;

/// <summary>The help of a command, and then its examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb { Examples: { Count: > 0 } examples }) return code;
        TextWriter screen = parseResult.InvocationConfiguration.Output;
        screen.WriteLine("Examples:");
        foreach (string example in examples) screen.WriteLine("  " + example);
        screen.WriteLine();
        return code;
    }
}
