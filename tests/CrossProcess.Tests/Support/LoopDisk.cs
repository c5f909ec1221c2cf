using System.Diagnostics;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>
/// A disk of its own: an ext4 in a file, on a loop device. The file is what the disk holds. What the file system has not given to its
/// device is not in it, and a copy of it is what a power failure leaves.
/// </summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly string _image, _location;

    private LoopDisk(string image, string location) => (_image, _location) = (image, location);

    /// <summary>An empty disk, mounted there. Null: this user, or this machine, cannot have one.</summary>
    public static LoopDisk? TryMake(string location, int megabytes)
    {
        string image = Path.GetTempFileName();
        using (FileStream file = File.OpenWrite(image)) file.SetLength((long)megabytes << 20);
        return Run("mkfs.ext4", "-q", "-F", "-m", "0", image) ? TryMount(image, location) : Forget(image);
    }

    /// <summary>A disk with this content.</summary>
    public static LoopDisk? TryMake(string location, byte[] content)
    {
        string image = Path.GetTempFileName();
        File.WriteAllBytes(image, content);
        return TryMount(image, location);
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
        for (int i = 0; i < 100 && Run("mountpoint", "-q", _location) && !Run("umount", _location); i++) Thread.Sleep(20);
        File.Delete(_image);
    }

    private static LoopDisk? TryMount(string image, string location)
    {
        if (!Run("mount", "-o", "loop", image, location)) return Forget(image);
        LoopDisk disk = new(image, location);
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
        string location = Directory.CreateTempSubdirectory("tsq-loop-").FullName;
        using (LoopDisk? probe = LoopDisk.TryMake(location, megabytes: 1))
        {
            if (probe == null) return false;
        }

        Directory.Delete(location);
        return true;
    });

    public LoopFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs mkfs.ext4 and the right to mount a loop device (root).";
        else if (!File.Exists("/usr/bin/strace")) Skip = "Needs strace.";
    }
}
