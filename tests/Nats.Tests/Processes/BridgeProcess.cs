using System.Diagnostics;

namespace TypedShmQueue.Nats.Tests.Processes;

/// <summary>
/// A bridge in a process of its own. It is killed when the test lets go of it, and ends by itself should the tests be killed.
/// </summary>
internal sealed class BridgeProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="direction">outbound or inbound.</param>
    /// <param name="folder">Where the queue is.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="server">The server's address.</param>
    /// <param name="step">At which step it kills itself.</param>
    /// <param name="time">The how manieth time that it comes there; 0 for never.</param>
    public BridgeProcess(string direction, QueueFolder folder, string queue, string server, string step = "", int time = 0)
    {
        string dotnet = Environment.ProcessPath is { } host && string.Equals(Path.GetFileName(host), "dotnet", StringComparison.Ordinal)
            ? host
            : "dotnet";
        ProcessStartInfo start = new(dotnet,
            [typeof(BridgeProcess).Assembly.Location, direction, folder.Location, queue, server, step, time.Text()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a process that is killed
        };
        _process = Process.Start(start)!;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Waits until it has killed itself.</summary>
    public async Task WaitForDeathAsync()
    {
        using CancellationTokenSource patience = new(Worker.Patience);
        await _process.WaitForExitAsync(patience.Token);
        _process.ExitCode.ShouldBe(128 + Signals.KillNow, await _process.StandardError.ReadToEndAsync(patience.Token));
    }

    /// <summary>No finalizer, no finally.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
