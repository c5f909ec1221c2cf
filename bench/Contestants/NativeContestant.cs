using System.ComponentModel;
using System.Diagnostics;
using TypedShmQueue.Bench.Reporting;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A program in bench/native, built when it is first needed; without a compiler or a library it does not take part.</summary>
internal sealed class NativeContestant(string name, string source) : Contestant(name, Standing.Peer)
{
    private readonly string _program = Path.Combine(Places.Results, "native", source);
    private string? _missing = "It was not built.";

    public override string? Program => _program;

    public override string? Missing => _missing;

    public override SeatReport Play(Seat seat, Part part) => throw new InvalidOperationException("Its seats are programs of their own.");

    public override void Prepare()
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(_program)!);
        string file = Path.Combine(Places.Repository, "bench", "native", source + ".cpp");
        ProcessStartInfo start = new("g++",
            ["-O3", "-march=native", "-std=c++17", "-o", _program, file, "-lrt",
            "-pthread"]) { RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using Process compiler = Process.Start(start)!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            _missing = compiler.ExitCode == 0 ? null : errors.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal))
                ?? "g++ failed.";
        }
        catch (Win32Exception)
        {
            _missing = "There is no g++ here.";
        }
    }

    public override void CleanUp(Job job)
    {
        string flat = job.Directory[1..].Replace('/', '-');
        foreach (string file in Directory.EnumerateFiles("/dev/shm", flat + "-*")) File.Delete(file);
    }
}
