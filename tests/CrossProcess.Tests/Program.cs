using System.CommandLine;
using TypedShmQueue.CrossProcess.Tests.Storm;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>The long forms of tests whose length is a choice. Their short forms are run by <c>dotnet test</c>.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        Option<int> seed = new("--seed") { Description = "What chance begins with; printed, so that a run can be repeated.", DefaultValueFactory = _ => Random.Shared.Next() };
        Option<int> kills = new("--kills") { Description = "Processes to kill.", DefaultValueFactory = _ => 2000 };
        Command storm = new("storm", "Kills producers and consumers at random, replaces them, and balances the books.") { seed, kills };
        storm.SetAction((parsed, cancellation) => Task.FromResult(StormCommand.Run(parsed.GetValue(seed), parsed.GetValue(kills), cancellation)));
        RootCommand root = new("The long forms of TypedShmQueue's tests between processes.") { storm };
        return root.Parse(arguments).Invoke();
    }
}
