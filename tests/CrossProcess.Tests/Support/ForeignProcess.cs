using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A process that a peer has started, known by its working folder. It is killed when the test lets go of it.</summary>
internal sealed partial class ForeignProcess : IDisposable
{
    private const int SignalKill = 9, SignalContinue = 18;

    private readonly int _id;

    private ForeignProcess(int id) => _id = id;

    /// <summary>What it runs: the name of its program.</summary>
    public string Command => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_id}/comm")).TrimEnd();

    /// <summary>Waits for a process in this folder.</summary>
    public static ForeignProcess WaitForOneIn(string folder)
    {
        int id = 0;
        Worker.WaitUntil(() => (id = Find(folder)) != 0, "a process in the folder");
        return new ForeignProcess(id);
    }

    /// <summary>Kills a process, and waits until it has closed its files.</summary>
    public static void Kill(int id)
    {
        Signal(id, SignalKill).ShouldBe(0);
        Worker.WaitUntil(() =>
            !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/fd")), "the end of a killed process");
    }

    public void Continue() => Signal(_id, SignalContinue).ShouldBe(0);

    public void Dispose() => _ = Signal(_id, SignalKill);

    private static int Find(string folder)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int id)) continue;
            try
            {
                if (string.Equals(File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName, folder,
                    StringComparison.Ordinal)) return id;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is none of ours.
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
