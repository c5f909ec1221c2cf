using System.CommandLine;
using TypedShmQueue.CrossProcess.Tests.Figures;
using TypedShmQueue.CrossProcess.Tests.Fuzz;
using TypedShmQueue.CrossProcess.Tests.Storm;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>The long forms of tests whose length is a choice. Their short forms are run by <c>dotnet test</c>.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        Option<int> seed = new("--seed") { Description = "What chance begins with; printed, so that a run can be repeated.",
            DefaultValueFactory = static _ => Random.Shared.Next() };
        Option<int> kills = new("--kills") { Description = "Processes to kill.", DefaultValueFactory = static _ => 2000 };
        Option<bool> broadcast = new("--broadcast") { Description = "Subscribers of a broadcast queue in place of consumers." };
        Option<bool> leases = new("--leases") { Description = "Workers that take under leases in place of consumers." };
        Option<bool> durable = new("--durable") { Description = "A durable queue, of which all die at once now and then, and the memory "
            + "with them." };
        Command storm = new("storm", "Kills producers and consumers at random, replaces them, and balances the books.") { seed, kills,
            broadcast, leases, durable };
        storm.SetAction(parsed => StormCommand.Run(parsed.GetValue(seed), parsed.GetValue(kills), parsed.GetValue(durable)
            ? StormKind.Durable : parsed.GetValue(leases) ? StormKind.Leases : parsed.GetValue(broadcast) ? StormKind.Broadcast
            : StormKind.Queues));

        Option<int> cases = new("--cases") { Description = "Hostile segments to use.", DefaultValueFactory = static _ => 20_000 };
        Command fuzz = new("fuzz", "Uses queues whose content somebody spoils before and meanwhile.") { seed, cases };
        fuzz.SetAction(parsed => FuzzCommand.Run(parsed.GetValue(seed), parsed.GetValue(cases)));

        Command figures = new("figures", "Times messages and wakes of two processes, where the benchmarks do not run.");
        figures.SetAction(static _ => FiguresCommand.Run());
        Argument<string> part = new("part"), folder = new("folder") { DefaultValueFactory = static _ => "" };
        Command child = new("figures-child", "The other process of these.") { part, folder };
        child.Hidden = true;
        child.SetAction(parsed => FiguresCommand.Child(parsed.GetRequiredValue(part), parsed.GetRequiredValue(folder)));
        Command kill = new("outside-kill", "Waits until somebody outside kills the peer that it has started.") { Hidden = true };
        kill.SetAction(static _ => OutsideKill.Run());
        RootCommand root = new("The long forms of TypedShmQueue's tests between processes.") { storm, fuzz, figures, child, kill };
        return root.Parse(arguments).Invoke();
    }
}
