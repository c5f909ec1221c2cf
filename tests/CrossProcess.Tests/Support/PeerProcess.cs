using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A real second process. It is killed when the test lets go of it, and ends by itself should the tests be killed.</summary>
public sealed partial class PeerProcess : IDisposable
{
    private const int SignalContinue = 18, SignalStop = 19;

    private readonly Process _process;
    private readonly BlockingCollection<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Lock _noting = new();
    private int _disposed;

    private PeerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data != null) _errors.Enqueue(e.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What runs the peer as another user, who shares no group with this one.</summary>
    public static string[] AsNobody { get; } = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    /// <summary>The peer's program file.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "TypedShmQueue.Peer.dll");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Whether a signal has stopped it.</summary>
    public bool IsStopped
    {
        get
        {
            try
            {
                // "id (name) state ...", and a name may hold anything.
                string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/stat"));
                return status[status.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // it has ended meanwhile
            }
        }
    }

    /// <summary>How it ended: "exit code 134" and what it said on its error output.</summary>
    public string Ending
    {
        get
        {
            _process.WaitForExit(); // its error output, too, is at its end
            return string.Create(CultureInfo.InvariantCulture, $"exit code {_process.ExitCode}: {string.Join('\n', _errors)}");
        }
    }

    /// <summary>
    /// Starts the peer with these arguments, and, as a shell does, with variables of its environment ("NAME=value") and under another
    /// program (a tracer) if they are given.
    /// </summary>
    public static PeerProcess Start(IEnumerable<string> arguments, IEnumerable<string>? under = null) =>
        StartProgram("TypedShmQueue.Peer", arguments, under);

    /// <summary>Starts another program of the tests as a peer, in the same way.</summary>
    public static PeerProcess StartProgram(string name, IEnumerable<string> arguments, IEnumerable<string>? under = null)
    {
        string[] words = [.. under ?? []];
        string[] variables = [.. words.TakeWhile(static word => word.Contains('='))];
        string[] command = [.. words[variables.Length..], .. TestProgram.Command(name), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a process that is killed
        };
        foreach (string[] variable in variables.Select(static word => word.Split('=', 2))) start.Environment[variable[0]] = variable[1];
        return new PeerProcess(start);
    }

    /// <summary>The next line the peer says; null at its end.</summary>
    public string? Hear()
    {
        try
        {
            if (_output.TryTake(out string? line, Worker.Patience)) return line;
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return _output.IsCompleted ? null : throw new TimeoutException($"The peer {Id} says nothing. {string.Join('\n', _errors)}");
    }

    public void Hear(string expected)
    {
        string? heard = Hear();
        heard.ShouldBe(expected, $"what the peer said on its error output: {string.Join('\n', _errors)}");
    }

    public void Tell(string word)
    {
        _process.StandardInput.WriteLine(word);
        _process.StandardInput.Flush();
    }

    /// <summary>SIGKILL: no finalizer, no finally, no flush.</summary>
    public void Kill()
    {
        _process.Kill();
        if (!_process.WaitForExit(Worker.Patience)) throw new TimeoutException("A killed peer does not end.");
    }

    public void Stop() => Signal(Id, SignalStop).ShouldBe(0);

    public void Continue() => Signal(Id, SignalContinue).ShouldBe(0);

    public void WaitForSuccess()
    {
        if (!_process.WaitForExit(Worker.Patience)) throw new TimeoutException("The peer does not end.");
        _process.ExitCode.ShouldBe(0, string.Join('\n', _errors));
    }

    /// <summary>Waits for a peer that kills itself, or that was killed: SIGKILL and nothing else has ended it.</summary>
    public void WaitForKill()
    {
        const int ExitByKill = 128 + 9; // on Windows the peer ends itself with the same number
        const int ExitByOther = -1; // what Process.Kill gives there
        if (!_process.WaitForExit(Worker.Patience)) throw new TimeoutException("The peer does not end.");
        if (OperatingSystem.IsWindows() && _process.ExitCode == ExitByOther) return;
        _process.ExitCode.ShouldBe(ExitByKill, string.Join('\n', _errors));
    }

    /// <summary>
    /// CPU time of all its threads, those that have ended included, to the nanosecond as the scheduler counts it: what
    /// <c>clock_getcpuclockid</c> names for a process.
    /// </summary>
    public unsafe TimeSpan CpuTime()
    {
        const int Scheduled = 2;
        long* time = stackalloc long[2];
        ClockGetTime((~Id << 3) | Scheduled, time).ShouldBe(0);
        return TimeSpan.FromSeconds(time[0]) + TimeSpan.FromTicks(time[1] / 100);
    }

    /// <summary>How often its threads of that name (15 characters of it) have gone to sleep.</summary>
    public long Sleeps(string thread)
    {
        const string Count = "voluntary_ctxt_switches:";
        long sleeps = 0;
        foreach (string task in Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/task")))
        {
            if (!string.Equals(File.ReadAllText(Path.Combine(task, "comm")).TrimEnd(), thread, StringComparison.Ordinal)) continue;
            string line = File.ReadLines(Path.Combine(task, "status")).Single(l => l.StartsWith(Count, StringComparison.Ordinal));
            sleeps += long.Parse(line[Count.Length..], CultureInfo.InvariantCulture);
        }

        return sleeps;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (!_process.HasExited) Kill();
        _process.Dispose();
        lock (_noting) _output.Dispose();
    }

    /// <summary>A line of its output, or its end, which may come when nobody wants to hear it any more.</summary>
    private void Note(string? line)
    {
        lock (_noting)
        {
            if (Volatile.Read(ref _disposed) != 0) return;
            if (line != null) _output.Add(line);
            else _output.CompleteAdding();
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ClockGetTime(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
