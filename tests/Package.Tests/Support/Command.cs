using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TypedShmQueue.Package.Tests.Support;

/// <summary>
/// A program at work: what it says is kept, and whatever happens it has ended when this is disposed, with all that it started.
/// </summary>
internal sealed class Command : IDisposable
{
    // Generous: a loaded machine is slow, and only a hang is meant.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    private readonly Process _process;
    private readonly string _line;
    private readonly StringBuilder _output = new();

    private Command(ProcessStartInfo start)
    {
        _line = string.Join(' ', [Path.GetFileName(start.FileName), .. start.ArgumentList]);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The <c>dotnet</c> that runs these tests.</summary>
    public static string Dotnet { get; } =
        Environment.ProcessPath is { } host && string.Equals(Path.GetFileNameWithoutExtension(host), "dotnet", StringComparison.Ordinal)
            ? host
            : "dotnet";

    public static Command Start(string folder, IReadOnlyDictionary<string, string> environment, string program,
        params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, UseShellExecute = false,
            RedirectStandardOutput = true, RedirectStandardError = true };

        // A build inside a test run starts afresh: what the outer build told its children is not for this one.
        foreach (string inherited in start.Environment.Keys.Where(key =>
            key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || key.StartsWith("VSTEST", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);
        foreach ((string key, string value) in environment) start.Environment[key] = value;
        return new Command(start);
    }

    /// <summary>Waits for the end, which must be a good one, and returns what was said.</summary>
    public string Finish()
    {
        if (!_process.WaitForExit(s_patience))
            throw new TimeoutException($"'{_line}' has not ended after {s_patience}. It said:\n{Said()}");
        _process.WaitForExit();
        _process.ExitCode.ShouldBe(0, $"'{_line}' failed:\n{Said()}");
        return Said();
    }

    /// <summary>Waits until it has said the text so many times; it goes on meanwhile.</summary>
    public void WaitFor(string text, int times = 1)
    {
        long start = Stopwatch.GetTimestamp();
        while (Said().Split(text).Length <= times)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > s_patience)
                throw new InvalidOperationException($"'{_line}' never said '{text}'. It said:\n{Said()}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate()
    {
        using Process signal = Process.Start("/bin/kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        signal.WaitForExit();
        signal.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string Said()
    {
        lock (_output) return _output.ToString();
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_output) _output.Append(e.Data).Append('\n');
    }
}
