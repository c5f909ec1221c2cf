using System.Diagnostics;
using System.Text.Json;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Processes;

namespace TypedShmQueue.Bench.Workers;

/// <summary>A child of this process that plays seats: one of ours, which stays for many jobs, or a native program, for one.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>The exit code of a process that was ended by SIGKILL.</summary>
    private const int Killed = 128 + Libc.Kill;

    /// <summary>That of a native program whose time was up.</summary>
    private const int Alarmed = 128 + Libc.Alarm;

    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public static WorkerProcess Start() => new(ChildProgram.Start("worker"));

    public static WorkerProcess StartNative(string program, Job job, int seat) => new(ChildProgram.StartOther(program,
    [
        job.Directory, job.Activity.ToString(), Text(seat), Text(job.Producers), Text(job.Consumers), Text(job.MessageSize), Text(job.Batch), Text(job.Capacity),
        job.WarmUpSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture), job.Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Text(job.Pinned ? seat % Environment.ProcessorCount : -1), Text((int)job.LongestSeconds),
    ]));

    public void Send(Job job)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(job, JobJson.Default.Job));
        _process.StandardInput.Flush();
    }

    /// <summary>The answer, a line of reports.</summary>
    /// <exception cref="InvalidOperationException">The child ended without one.</exception>
    /// <exception cref="OperationCanceledException">It took longer than it may.</exception>
    public async Task<SeatReport[]> Answer(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line == null)
        {
            await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (_process.ExitCode == Alarmed) return [new SeatReport { Hung = true, Error = "A native seat hung." }];
            throw new InvalidOperationException($"A child ended with code {_process.ExitCode} and no result.");
        }

        return JsonSerializer.Deserialize(line, JobJson.Default.SeatReportArray)!;
    }

    /// <summary>Waits until the child, a victim, has been killed. Nobody reads another answer from it.</summary>
    /// <exception cref="InvalidOperationException">It ended in another way.</exception>
    /// <exception cref="OperationCanceledException">It took longer than it may.</exception>
    public async Task<SeatReport[]> Death(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode == Killed ? [new SeatReport()]
            : throw new InvalidOperationException($"A victim ended with code {_process.ExitCode} and said '{line}'.");
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Ends the child, by its own id.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            try
            {
                _process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It ended by itself in between.
            }
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
