using System.Diagnostics;

namespace TypedShmQueue.Bench.Processes;

/// <summary>Starts children: this program once more, as a process of its own, or another program.</summary>
internal static class ChildProgram
{
    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        string host = Environment.ProcessPath!;
        bool isMuxer = Path.GetFileNameWithoutExtension(host) == "dotnet";
        return StartOther(host, isMuxer ? [typeof(ChildProgram).Assembly.Location, .. arguments] : [.. arguments]);
    }

    public static Process StartOther(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a child that is killed
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
