using System.CommandLine;
using TypedShmQueue.Journal.Tests.Simulating;

namespace TypedShmQueue.Journal.Tests;

/// <summary>The long form of the simulator, and measurements. The short form is run by <c>dotnet test</c>.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        Option<int> seed = new("--seed") { Description = "What chance begins with; printed, so that a run can be repeated.",
            DefaultValueFactory = static _ => Random.Shared.Next() };
        Option<long> crashes = new("--crashes") { Description = "Power failures to simulate.", DefaultValueFactory = static _ => 100_000 };
        Command simulate = new("simulate", "Crashes journals on a disk that loses, tears, fails, lies and rots, and balances the books.")
            { seed, crashes };
        simulate.SetAction(parsed => SimulateCommand.Run(parsed.GetValue(seed), parsed.GetValue(crashes)));

        Option<int> messages = new("--messages") { Description = "Messages of 64 bytes.", DefaultValueFactory = static _ => 1 << 20 };
        Option<string> folder = new("--folder") { Description = "Where the journal is made.", DefaultValueFactory = static _ => "." };
        Command recover = new("recover", "Measures the recovery of a journal on a real disk.") { messages, folder };
        recover.SetAction(parsed => RecoverCommand.Run(parsed.GetValue(messages), parsed.GetValue(folder)!));
        return new RootCommand("The long forms of the journal's tests.") { simulate, recover }.Parse(arguments).Invoke();
    }
}
