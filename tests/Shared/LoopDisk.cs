using System.Diagnostics;

namespace TypedShmQueue.Testing;

/// <summary>
/// A disk of its own: an ext4 in a file, on a loop device; only root with loop devices may make one. The file is what the disk holds. What
/// the file system has not given to its device is not in it, and a copy of it is what a power failure leaves.
/// </summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly string _image;
    private readonly bool _madeLocation;

    private LoopDisk(string image, string location, bool madeLocation) =>
        (_image, Location, _madeLocation) = (image, location, madeLocation);

    /// <summary>The folder in which it is mounted.</summary>
    public string Location { get; }

    /// <summary>An empty disk in a folder of its own. Null: this user, or this machine, cannot have one.</summary>
    public static LoopDisk? TryMake(int megabytes)
    {
        string location = Directory.CreateTempSubdirectory("tsq-loop-").FullName;
        LoopDisk? disk = TryMake(location, megabytes, madeLocation: true);
        if (disk == null) Directory.Delete(location);
        return disk;
    }

    /// <summary>An empty disk, mounted there.</summary>
    /// <inheritdoc cref="TryMake(int)"/>
    public static LoopDisk? TryMake(string location, int megabytes) => TryMake(location, megabytes, madeLocation: false);

    /// <summary>A disk with this content, mounted there.</summary>
    /// <inheritdoc cref="TryMake(int)"/>
    public static LoopDisk? TryMake(string location, byte[] content)
    {
        string image = Path.GetTempFileName();
        File.WriteAllBytes(image, content);
        return TryMount(image, location, madeLocation: false);
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

    /// <summary>What the disk holds at this instant. Precondition: the queue's processes stand still.</summary>
    /// <remarks>The kernel may write while it is read: only two copies that are equal are of one instant.</remarks>
    public byte[] Content()
    {
        byte[] before = File.ReadAllBytes(_image);
        while (true)
        {
            byte[] after = File.ReadAllBytes(_image);
            if (before.AsSpan().SequenceEqual(after)) return after;
            before = after;
        }
    }

    public void Dispose()
    {
        // A descriptor that is just being closed keeps it busy for a moment.
        for (int i = 0; i < 100 && Run("mountpoint", "-q", Location) && !Run("umount", Location); i++) Thread.Sleep(20);
        if (_madeLocation) Directory.Delete(Location);
        File.Delete(_image);
    }

    private static LoopDisk? TryMake(string location, int megabytes, bool madeLocation)
    {
        string image = Path.GetTempFileName();
        using (FileStream file = File.OpenWrite(image)) file.SetLength((long)megabytes << 20);
        return Run("mkfs.ext4", "-q", "-F", "-m", "0", image) ? TryMount(image, location, madeLocation) : Forget(image);
    }

    private static LoopDisk? TryMount(string image, string location, bool madeLocation)
    {
        if (!Run("mount", "-o", "loop", image, location)) return Forget(image);
        LoopDisk disk = new(image, location, madeLocation);
        File.SetUnixFileMode(location, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return disk;
    }

    private static LoopDisk? Forget(string image)
    {
        File.Delete(image);
        return null;
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
        using LoopDisk? probe = LoopDisk.TryMake(megabytes: 1);
        return probe != null;
    });

    public LoopFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs mkfs.ext4 and the right to mount a loop device (root).";
    }

    /// <summary>Whether the test runs a process under strace, too.</summary>
    public bool Traces
    {
        get;
        init
        {
            field = value;
            if (value && !File.Exists("/usr/bin/strace")) Skip ??= "Needs strace.";
        }
    }
}
