using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>Where figures come from: without it a figure says nothing.</summary>
internal sealed record MachineFacts(string Processor, int Cores, string System, string Runtime, string Commit, DateTimeOffset At)
{
    public static MachineFacts Read() => new(
        ReadProcessor(),
        Environment.ProcessorCount,
        ReadKernel(),
        RuntimeInformation.FrameworkDescription,
        ReadCommit(),
        DateTimeOffset.UtcNow);

    public string ToString(IFormatProvider provider) =>
        string.Create(provider, $"{Processor}, {Cores} cores · {System} · {Runtime} · commit {Commit} · {At:yyyy-MM-dd HH:mm} UTC");

    private static string ReadProcessor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string ReadKernel() => $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}";

    private static string ReadCommit()
    {
        try
        {
            ProcessStartInfo start = new("git", ["describe", "--always", "--dirty", "--abbrev=10"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = Places.Repository,
            };
            using Process git = Process.Start(start)!;
            string commit = git.StandardOutput.ReadToEnd().Trim();
            return commit.Length == 0 ? "unknown" : commit;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
