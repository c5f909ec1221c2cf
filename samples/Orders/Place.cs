using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Samples.Orders;

/// <summary>Where the queue is: its journal in a folder on the disk that this program is on, its ring in memory.</summary>
internal static class Place
{
    public static ShmQueueOptions OptionsOf(string folder) => new() { Directory = folder, Durability = Durability.Committed };

    /// <summary>Deletes what a power failure takes: the memory. No process has the queue open.</summary>
    public static int DeleteMemory(string name)
    {
        string memory = QueueFiles.DirectoryOf(ShmQueueOptions.Default);
        string[] rings = Directory.GetFiles(memory, name + ".*");
        foreach (string ring in rings) File.Delete(ring);
        return rings.Length;
    }

    public static void Remove(string name, string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            OrderQueue.Delete(name, new ShmQueueOptions { Directory = folder });
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has done it: each of them does, since any may be the last.
        }
    }
}
