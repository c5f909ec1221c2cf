using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The base of the tests: a folder of queues, and the tool run on it.</summary>
public abstract class ToolTests : IDisposable
{
    protected QueueFolder Folder { get; } = new();

    protected ShmQueueOptions Options => Folder.Options;

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the tool on the test's folder.</summary>
    protected Answer Shmq(params IEnumerable<string> arguments)
    {
        using ShmqProcess process = Start(arguments);
        return process.Finish();
    }

    protected ShmqProcess Start(params IEnumerable<string> arguments) => ShmqProcess.Start([.. arguments, "--directory", Folder.Location]);

    /// <summary>
    /// Runs a script in which <c>shmq</c> is the tool in the test's folder, <c>$folder</c>, and <c>bare</c> the tool without a folder.
    /// </summary>
    protected Answer Script(string script)
    {
        string command = string.Join(' ', ShmqProcess.Command.Select(static word => $"'{word}'"));
        string functions = $"bare() {{ {command} \"$@\"; }}\nshmq() {{ bare \"$@\" --directory \"$folder\"; }}\n";
        ProcessStartInfo start = new("/bin/sh", ["-c", functions + script])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["folder"] = Folder.Location;
        using Process shell = Process.Start(start)!;
        try
        {
            shell.StandardInput.Close();
            Task<string> output = shell.StandardOutput.ReadToEndAsync(), error = shell.StandardError.ReadToEndAsync();
            shell.WaitForExit(Worker.Patience).ShouldBeTrue("the script ends");
            return new Answer(shell.ExitCode, output.Result, error.Result);
        }
        finally
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
            shell.WaitForExit();
        }
    }

    /// <summary>A second process on a queue of parcels.</summary>
    protected PeerProcess Peer<TProducers, TConsumers>(string act, string queue, string argument = "") =>
        Folder.Track(PeerProcess.Start([act, typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, queue, argument]));

    /// <summary>Everything that a file says, in one line.</summary>
    protected string HashOf(string queue) => Convert.ToHexString(SHA256.HashData(Folder.BytesOf(queue)));
}
