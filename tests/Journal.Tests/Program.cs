using System.CommandLine;

namespace TypedShmQueue.Journal.Tests;

/// <summary>The long form of the simulator. Its short form is run by <c>dotnet test</c>.</summary>
internal static class Program
{
    public static int Main(string[] arguments) =>
        new RootCommand("The long forms of the journal's tests.").Parse(arguments).Invoke();
}
