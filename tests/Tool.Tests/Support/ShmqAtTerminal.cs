using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The tool as a process of its own, before a terminal. It is killed when the test lets go of it.</summary>
public sealed unsafe partial class ShmqAtTerminal : IDisposable
{
    private const int SignalKill = 9, DoNotHang = 1;
    private const byte ControlC = 3;

    private readonly Terminal _terminal;
    private readonly StringBuilder _shown = new();
    private readonly Thread _reader;
    private readonly int _process;
    private int? _status;

    private ShmqAtTerminal(short columns, IEnumerable<string> arguments)
    {
        _terminal = new Terminal(columns, rows: 40);
        Dictionary<string, string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(static variable => (string)variable.Key, static variable =>
                (string?)variable.Value ?? "", StringComparer.Ordinal);
        environment["TERM"] = "xterm";
        try
        {
            _process = _terminal.Start(ShmqProcess.Command[0], [.. ShmqProcess.Command[1..], .. arguments], environment);
        }
        catch
        {
            _terminal.Dispose();
            throw;
        }

        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>All that was shown so far, as the terminal got it.</summary>
    public string Shown
    {
        get
        {
            lock (_shown) return _shown.ToString();
        }
    }

    public static ShmqAtTerminal Start(params IEnumerable<string> arguments) => new(160, arguments);

    /// <summary>Before a terminal that is so wide.</summary>
    public static ShmqAtTerminal Start(short columns, params IEnumerable<string> arguments) => new(columns, arguments);

    /// <summary>Waits until this is shown.</summary>
    public void WaitFor(string text)
    {
        Worker.WaitUntil(() => Shown.Contains(text, StringComparison.Ordinal) || (HasEnded() && !_reader.IsAlive), $"'{text}' is shown");
        Shown.ShouldContain(text);
    }

    public void Type(string text) => Type(Encoding.UTF8.GetBytes(text));

    /// <summary>Makes the terminal so wide, as a person does with a window.</summary>
    public void Resize(short columns, short rows) => _terminal.Resize(columns, rows);

    public void TypeControlC() => Type([ControlC]);

    /// <summary>Waits for its end; its exit code.</summary>
    public int Finish()
    {
        Worker.WaitUntil(HasEnded, "the tool ends");
        _reader.Join(Worker.Patience).ShouldBeTrue();
        // As WIFEXITED and WEXITSTATUS say it.
        (_status!.Value & 0x7F).ShouldBe(0, "a signal ended it");
        return (_status.Value >> 8) & 0xFF;
    }

    public void Dispose()
    {
        if (!HasEnded())
        {
            _ = Kill(_process, SignalKill);
            Worker.WaitUntil(HasEnded, "the killed tool ends");
        }

        _reader.Join();
        _terminal.Dispose();
    }

    private void Type(ReadOnlySpan<byte> keys) => _terminal.Keyboard.Write(keys);

    private bool HasEnded()
    {
        if (_status != null) return true;
        int status;
        if (WaitProcess(_process, &status, DoNotHang) != _process) return false;
        _status = status;
        return true;
    }

    private void Read()
    {
        byte[] bytes = new byte[4096];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        char[] text = new char[bytes.Length];
        try
        {
            for (int count; (count = _terminal.Keyboard.Read(bytes)) > 0;)
            {
                int length = decoder.GetChars(bytes, 0, count, text, 0);
                lock (_shown) _shown.Append(text, 0, length);
            }
        }
        catch (IOException)
        {
            // How a terminal says that nobody has it open any more.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitProcess(int process, int* status, int options);
}
