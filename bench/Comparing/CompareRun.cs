using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Reporting;

namespace TypedShmQueue.Bench.Comparing;

/// <summary>
/// Two commits measured by turns: each is built from a checkout of its own, and both play the same cells again and again, so that what the
/// machine does meanwhile meets both. Rounds are compared only with rounds in the same state of the cores.
/// </summary>
internal static class CompareRun
{
    /// <summary>A smaller difference is not called one.</summary>
    private const double Noise = 0.05;

    public static int Run(string before, string after, string scenario, string only, int turns)
    {
        string folder = Directory.CreateTempSubdirectory("typedshmqueue-compare-").FullName;
        Checkout[] sides = [new(before, Path.Combine(folder, "before")), new(after, Path.Combine(folder, "after"))];
        try
        {
            foreach (Checkout side in sides) side.Build();
            for (int turn = 0; turn < turns; turn++)
            {
                foreach (Checkout side in turn % 2 == 0 ? sides : sides.Reverse())
                {
                    Console.Error.WriteLine($"turn {turn + 1} of {turns}: {side.Commit}");
                    side.Play(scenario, only);
                }
            }

            return Report(sides[0], sides[1], turns);
        }
        finally
        {
            foreach (Checkout side in sides) side.Remove();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Report(Checkout before, Checkout after, int turns)
    {
        bool isSlower = false;
        Console.WriteLine($"compare: {before.Commit} and {after.Commit}, {turns} turns each; more than 1 is faster");
        Console.WriteLine();
        Console.WriteLine("| cell | contestant | cores | before | after | after ÷ before | before's turns |");
        Console.WriteLine("| --- | --- | --- | --: | --: | --: | --: |");
        foreach (Measured one in before.All())
        {
            List<double> earlier = before.Of(one), later = after.Of(one);
            if (later.Count == 0) continue; // the state was not met, or the cell is not there
            double first = Series.MedianOf(earlier), second = Series.MedianOf(later);
            double ratio = one.Unit == Unit.PerSecond ? second / first : first / second;
            // A difference that is real shows in every turn. One turn shows nothing.
            bool isWorse = ratio < 1 - Noise && earlier.Count > 1 && later.Count > 1
                && (one.Unit == Unit.PerSecond ? later.Max() < earlier.Min() : later.Min() > earlier.Max());
            isSlower |= isWorse;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {one.Scenario}: {one.Title} | {one.Contestant} | {one.Cores} | {Figures.Text(one.Unit, first)} "
                + $"| {Figures.Text(one.Unit, second)} | {ratio:F2}{(isWorse ? " **slower**" : "")} "
                + $"| {Figures.Text(one.Unit, earlier.Min())} to {Figures.Text(one.Unit, earlier.Max())} |"));
        }

        Console.WriteLine();
        Console.WriteLine(isSlower ? "slower: at least one cell, in every turn" : "not slower: no cell lost more than 5 % in every turn");
        return isSlower ? 1 : 0;
    }

    /// <summary>A cell of a contestant of ours, in one state of the machine.</summary>
    private readonly record struct Measured(string Scenario, string Title, Unit Unit, string Contestant, Cores Cores);

    /// <summary>One commit: its checkout, its build, and what its turns have measured.</summary>
    private sealed class Checkout(string commit, string folder)
    {
        private readonly List<Run> _runs = [];

        public string Commit { get; } = commit;

        public void Build()
        {
            Console.Error.WriteLine($"building {Commit}");
            Execute("git", ["-C", Places.Repository, "worktree", "add", "--quiet", "--detach", folder, Commit], Places.Repository);
            Execute("dotnet", ["build", "-c", "Release", "bench", "-nologo", "-v", "q", "-clp:ErrorsOnly"], folder);
        }

        public void Play(string scenario, string only)
        {
            string[] filter = only.Length > 0 ? ["--only", only] : [];
            Execute("dotnet", ["run", "--no-build", "-c", "Release", "--project", "bench", "--", scenario, "--quick", .. filter], folder);
            string results = Path.Combine(folder, "artifacts", "bench");
            foreach (string file in Directory.EnumerateFiles(results, "*.json"))
            {
                _runs.Add(ResultFile.Read(file));
                File.Delete(file);
            }
        }

        public IEnumerable<Measured> All() => _runs.SelectMany(static run => run.Cells).SelectMany(static cell => cell.Contestants
            .Where(static row => row.Standing == "Ours" && row.Error == null)
            .SelectMany(row => cell.Rounds.Select(cores => new Measured(cell.Scenario, cell.Title, cell.Unit, row.Name, cores)))).Distinct();

        /// <summary>A figure for each turn in which that state was met.</summary>
        public List<double> Of(Measured one) =>
            [.. _runs.Select(run => Series.MedianOf(Rounds(run, one))).Where(double.IsFinite)];

        public void Remove()
        {
            if (Directory.Exists(folder))
                Execute("git", ["-C", Places.Repository, "worktree", "remove", "--force", folder], Places.Repository);
        }

        private static IEnumerable<double> Rounds(Run run, Measured one) => run.Cells
            .Where(cell => cell.Scenario == one.Scenario && cell.Title == one.Title)
            .SelectMany(cell => cell.Contestants.Where(row => row.Name == one.Contestant && row.Error == null)
                .SelectMany(row => row.Rounds.Where((_, round) => round < cell.Rounds.Length && cell.Rounds[round] == one.Cores)));

        private static void Execute(string program, IEnumerable<string> arguments, string directory)
        {
            ProcessStartInfo start = new(program, arguments)
            {
                WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            };
            using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"'{program} {string.Join(' ', start.ArgumentList)}' ended with {process.ExitCode}:\n" +
                    $"{output}\n{errors.Result}");
        }
    }
}
