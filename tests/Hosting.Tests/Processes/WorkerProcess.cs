using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Hosting.Tests.Processes;

/// <summary>
/// A real second process with a host in it. It is killed when the test lets go of it, and ends by itself should the tests be killed.
/// </summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private const int SignalTerminate = 15;

    private readonly Process _process;

    public WorkerProcess(params IEnumerable<string> arguments)
    {
        string[] command = [.. TestProgram.Command("TypedShmQueue.Hosting.Tests"), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a process that is killed
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Waits until its host has started.</summary>
    public void WaitUntilReady()
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        line.Ended();
        if (!string.Equals(line.Result, "ready", StringComparison.Ordinal))
            throw new InvalidOperationException($"The worker did not start: {_process.StandardError.ReadToEnd()}");
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => Signal(_process.Id, SignalTerminate).ShouldBe(0);

    public void WaitForSuccess()
    {
        if (!_process.WaitForExit(Worker.Patience)) throw new TimeoutException("The worker does not end.");
        _process.ExitCode.ShouldBe(0, _process.StandardError.ReadToEnd());
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    /// <summary>No finalizer, no finally.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill();
        _process.WaitForExit();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
