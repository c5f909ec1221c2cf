using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace TypedShmQueue.WindowsRunner;

/// <summary>Runs the tests of the assemblies that are parts of this program, one after the other, and writes one line for each.</summary>
internal sealed class TestRun(bool isLong, string[] parts)
{
    /// <summary>Far beyond what any test takes: they have watchdogs of their own.</summary>
    private static readonly TimeSpan s_longestTest = TimeSpan.FromMinutes(5);

    private static readonly string[] s_assemblies =
        ["TypedShmQueue.Runtime.Tests", "TypedShmQueue.CrossProcess.Tests", "TypedShmQueue.Tool.Tests"];

    private readonly Lock _writing = new();
    private TextWriter _results = TextWriter.Null;
    private int _passed;
    private int _failed;
    private int _skipped;

    /// <returns>0 if no test has failed.</returns>
    public int Run(string resultsFile)
    {
        using StreamWriter file = new(resultsFile) { AutoFlush = true };
        _results = file;
        foreach (string name in s_assemblies)
        {
            long began = Stopwatch.GetTimestamp();
            int before = _passed + _failed;
            foreach (TestMethod method in TestMethod.Of(Assembly.Load(name)).OrderBy(static m => m.Name, StringComparer.Ordinal))
            {
                if (IsWanted(method)) RunMethod(method);
            }

            Write(string.Create(CultureInfo.InvariantCulture,
                $"     {name}: {_passed + _failed - before} tests in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"{_passed} passed, {_failed} failed, {_skipped} skipped"));
        return _failed == 0 ? 0 : 1;
    }

    private bool IsWanted(TestMethod method)
    {
        if (parts.Length > 0) return Array.Exists(parts, part => method.Name.Contains(part, StringComparison.Ordinal));
        return isLong || Skips.IsInShortForm(method.Name);
    }

    private void RunMethod(TestMethod method)
    {
        if ((method.Skip ?? (parts.Length > 0 ? null : Skips.ReasonOf(method.Name))) is { } reason)
        {
            _skipped++;
            Write($"skip {method.Name}: {reason}");
            return;
        }

        int number = 0;
        foreach (object?[] row in method.Rows())
        {
            // A theory of hundreds of rows shows in some of them what it shows in all.
            if (!isLong && parts.Length == 0 && number++ % Skips.RowsPerShortRow(method.Name) != 0) continue;
            RunOne(method, row);
        }
    }

    private void RunOne(TestMethod method, object?[] row)
    {
        string name = row.Length == 0 ? method.Name : $"{method.Name}({string.Join(", ", row)})";
        TestOutput output = new();
        long began = Stopwatch.GetTimestamp();
        using Timer watchdog = new(_ => GiveUp(name), null, s_longestTest, Timeout.InfiniteTimeSpan);
        try
        {
            method.Run(output, row);
            _passed++;
            Write(string.Create(CultureInfo.InvariantCulture, $"pass {Stopwatch.GetElapsedTime(began).TotalSeconds,7:0.00} s  {name}"));
        }
        catch (Exception e)
        {
            _failed++;
            Write(string.Create(CultureInfo.InvariantCulture,
                $"FAIL {Stopwatch.GetElapsedTime(began).TotalSeconds,7:0.00} s  {name}\n{e}\n{output}"));
        }
    }

    private void GiveUp(string name)
    {
        Write($"FAIL {name}: it hangs, and no other test is run.\n{_passed} passed, {_failed + 1} failed, {_skipped} skipped");
        Environment.Exit(1);
    }

    private void Write(string line)
    {
        lock (_writing)
        {
            _results.WriteLine(line);
            Console.Out.WriteLine(line);
        }
    }
}
