using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples;

/// <summary>This program once more, as a child process. It never outlives its parent, however the parent ends.</summary>
internal sealed class Child : IDisposable
{
    private static PosixSignalRegistration? s_interrupt;

    private readonly Process _process;

    private Child(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    public static Child Start(string name, params ReadOnlySpan<string> arguments) => StartAndRead(name, null, arguments);

    /// <summary>Starts the child, and hands on each line of its output: also those that it wrote before it was killed.</summary>
    public static Child StartAndRead(string name, Action<string>? onLine, params ReadOnlySpan<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        // The child reads its standard input, on which nothing ever comes, to learn that this process has ended.
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = onLine != null,
            UseShellExecute = false,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a child that is killed
        };
        // Started as `dotnet Sample.dll`, this process is dotnet itself, which needs to be told the program.
        if (string.Equals(Path.GetFileName(program), "dotnet", StringComparison.Ordinal))
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{name} could not be started.");
        if (onLine == null) return new Child(name, process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data != null) onLine(line.Data);
        };
        process.BeginOutputReadLine();
        return new Child(name, process);
    }

    /// <summary>In the child: ends this process when its parent has ended, after cleaning up what the parent no longer can.</summary>
    public static void FollowParent(Action cleanUp)
    {
        // Ctrl+C reaches every process of the terminal; what it means is the parent's decision.
        s_interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        Thread watch = new(() =>
        {
            using Stream input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }

            cleanUp();
            Environment.Exit(1);
        })
        { IsBackground = true };
        watch.Start();
    }

    /// <summary>Waits until the child has ended. False, and a line on standard error, if it did not end well.</summary>
    public async Task<bool> EndsWellAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode == 0) return true;
        // .NET, like a shell, reports death by signal n as 128 + n.
        string how = _process.ExitCode > 128
            ? $"was ended by signal {_process.ExitCode - 128}"
            : $"ended with exit code {_process.ExitCode}";
        await Console.Error.WriteLineAsync($"{Name} (process {_process.Id}) {how}.");
        return false;
    }

    /// <summary>Ends the child as kill -9 does: it can do nothing about it.</summary>
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
