using System.Diagnostics;

namespace TypedShmQueue.Bench.Processes;

/// <summary>This program once more, as a process of its own.</summary>
internal static class ChildProgram
{
    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        string host = Environment.ProcessPath!;
        bool isMuxer = Path.GetFileNameWithoutExtension(host) == "dotnet";
        ProcessStartInfo start = new(host, isMuxer ? [typeof(ChildProgram).Assembly.Location, .. arguments] : [.. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a child that is killed
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{host} did not start.");
    }
}
