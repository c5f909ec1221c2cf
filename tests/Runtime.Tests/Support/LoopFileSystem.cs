using System.Diagnostics;

namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>An ext4 of its own size in a file, for one test; only root with loop devices may make one.</summary>
internal sealed class LoopFileSystem : IDisposable
{
    private readonly string _image;

    private LoopFileSystem(string image, string location) => (_image, Location) = (image, location);

    public string Location { get; }

    public static LoopFileSystem? TryMount(int megabytes)
    {
        string location = Directory.CreateTempSubdirectory("tsq-loop-").FullName, image = location + ".img";
        using (FileStream file = File.Create(image)) file.SetLength((long)megabytes << 20);
        LoopFileSystem made = new(image, location);
        if (Run("mkfs.ext4", "-q", "-F", "-m", "0", image) && Run("mount", "-o", "loop", image, location))
        {
            File.SetUnixFileMode(location, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return made;
        }

        made.Dispose();
        return null;
    }

    /// <summary>Writes a file until there is no room for another block.</summary>
    public static void Fill(string path)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            for (int i = 0; i < 1 << 20; i++) file.Write(block);
            throw new InvalidOperationException("It does not get full.");
        }
        catch (IOException)
        {
            // It is.
        }
    }

    public void Dispose()
    {
        // A descriptor that is just being closed keeps it busy for a moment.
        for (int i = 0; i < 50 && Run("mountpoint", "-q", Location) && !Run("umount", Location); i++) Thread.Sleep(20);
        Directory.Delete(Location);
        File.Delete(_image);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }
}

/// <summary>A test that needs a disk of its own, and says so where it cannot have one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LoopFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(() =>
    {
        using LoopFileSystem? probe = LoopFileSystem.TryMount(megabytes: 1);
        return probe != null;
    });

    public LoopFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs mkfs.ext4 and the right to mount a loop device (root).";
    }
}
