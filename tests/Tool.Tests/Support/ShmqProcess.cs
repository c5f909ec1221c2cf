using System.Diagnostics;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The tool as a process of its own. It is killed when the test lets go of it.</summary>
public sealed class ShmqProcess : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ShmqProcess(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Command[0], [.. Command[1..], .. arguments])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" }, // their pipes would outlive a process that is killed
            StandardInputEncoding = s_utf8, StandardOutputEncoding = s_utf8, StandardErrorEncoding = s_utf8,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it has said so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>What starts the tool.</summary>
    internal static string[] Command { get; } = TestProgram.Command("shmq");

    public static ShmqProcess Start(params IEnumerable<string> arguments) => new(arguments);

    /// <summary>Gives it this on its input, and no more.</summary>
    public ShmqProcess Tell(string input)
    {
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
        return this;
    }

    /// <summary>Waits for its end.</summary>
    public Answer Finish()
    {
        if (!_process.WaitForExit(Worker.Patience)) throw new TimeoutException($"The tool does not end. It said: {Output}");
        _process.WaitForExit(); // both outputs are at their end
        lock (_output)
        {
            lock (_error) return new Answer(_process.ExitCode, _output.ToString(), _error.ToString());
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Keep(StringBuilder text, string? line)
    {
        if (line == null) return;
        lock (text) text.Append(line).Append('\n');
    }
}
