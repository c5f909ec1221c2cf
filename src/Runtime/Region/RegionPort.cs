using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>What a region needs of an operating system. One implementation per system, in a file of its own.</summary>
internal abstract class RegionPort
{
    private static readonly RegionPort? s_current =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
            ? new LinuxRegionPort()
            : OperatingSystem.IsWindows() && RuntimeInformation.ProcessArchitecture is Architecture.X64
                && WindowsZeroPages.IsSupported
            ? new WindowsRegionPort()
            : null;

    /// <summary>The port of the system this process runs on.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none for this system or processor.</exception>
    public static RegionPort Current => s_current ?? throw new PlatformNotSupportedException(
        "TypedShmQueue runs on 64-bit Linux (x64, arm64) and on Windows (x64, version 1803 at least); this process is " +
        $"{RuntimeInformation.RuntimeIdentifier}. Run it there, or use an in-process queue such as System.Threading.Channels on this " +
        "system.");

    /// <summary>The numeric id of the user this process acts as.</summary>
    public abstract uint CurrentUser { get; }

    /// <summary>A user in words, for messages.</summary>
    public virtual string NameOfUser(uint user) => user.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why no file may have this name, which otherwise is one for a queue; null if it may.</summary>
    public virtual string? WhyReserved(string name) => null;

    /// <summary>The path of the folder used when none is asked for; made, for this user alone, if it is missing and to be made.</summary>
    public abstract string DefaultDirectory(bool create);

    /// <summary>A sentence for whoever cannot use that folder: what to use in its place.</summary>
    public abstract string WayRoundDefault { get; }

    /// <summary>Opens a folder, never following a link at its end. Null if there is none.</summary>
    /// <exception cref="DirectoryNotFoundException">What stands there is no folder.</exception>
    public abstract RegionFolder? TryOpenFolder(string path);

    /// <summary>Makes a file without a name in a folder, with exactly these permissions, of this size, its space reserved.</summary>
    public abstract UnpublishedFile CreateUnpublished(RegionFolder folder, string queueName, long size, UnixFileMode permissions);

    /// <summary>
    /// Takes away (or, on a dry run, only names) what creators that died left in a folder under hidden names. Who lives keeps what is its.
    /// </summary>
    /// <param name="folder">Where.</param>
    /// <param name="dryRun">Whether to remove nothing.</param>
    /// <param name="emptyToo">
    /// Whether an empty file counts, of a creator that died before its mark was there: where somebody asked for the removal.
    /// </param>
    public abstract IReadOnlyList<string> RemoveLeftovers(RegionFolder folder, bool dryRun = false, bool emptyToo = false);

    /// <summary>Opens a queue's file for reading and writing, or for reading only, never following a link. Null if there is none.</summary>
    public abstract SafeFileHandle? TryOpen(RegionFolder folder, string queueName, bool readOnly = false);

    /// <summary>What an open file or folder is: kind, owner, permissions, size, identity.</summary>
    public abstract FileFacts Inspect(SafeFileHandle file);

    /// <summary>The same facts of whatever has that name in a folder, a link itself included. Null if nothing has.</summary>
    public abstract FileFacts? Inspect(RegionFolder folder, string name);

    /// <summary>Maps the whole file, shared: readable and writable, or so that a store to it faults.</summary>
    public abstract unsafe byte* Map(SafeFileHandle file, long length, string queueName, bool readOnly = false);

    /// <summary>
    /// Meets every page of a part of a mapping once, so that no later access of this process has to wait for the system. Changes nothing
    /// that is stored there. Precondition: the part is mapped as long as this runs, and begins at a page.
    /// </summary>
    /// <returns>0, or the system's error.</returns>
    public virtual unsafe int Populate(byte* address, long length)
    {
        for (long at = 0; at < length; at += Environment.SystemPageSize) _ = Volatile.Read(ref address[at]);
        return 0;
    }

    /// <summary>
    /// Maps the beginning of the file, shared, readable and writable. Null if the file is closed, or the system has no memory for that.
    /// </summary>
    public abstract unsafe byte* TryMap(SafeFileHandle file, long length);

    /// <summary>
    /// Puts private zero pages where the mapping was, in one step: the shared memory is let go of, the addresses stay valid.
    /// </summary>
    public abstract unsafe void ReplaceByZeroPages(byte* address, long length);

    /// <summary>Gives the addresses back. Precondition: nothing can reach them any more.</summary>
    public abstract unsafe void Unmap(byte* address, long length);

    /// <summary>
    /// Takes an exclusive lock on one byte of the file for this open file, if nobody holds it. The kernel drops it on death.
    /// </summary>
    /// <remarks>
    /// There is no call that waits for it: its holder may be stopped for any time, and a thread that waits in the kernel cannot be called
    /// off.
    /// </remarks>
    public abstract bool TryLock(SafeFileHandle file, long offset);

    /// <summary>
    /// Takes the same lock beside others that share it, if nobody holds it exclusively. Whoever holds it exclusively shares it from here
    /// on.
    /// </summary>
    public abstract bool TryLockShared(SafeFileHandle file, long offset);

    /// <summary>Shares a lock that this open file holds exclusively. Precondition: nobody else asks for it exclusively meanwhile.</summary>
    public virtual void ShareLock(SafeFileHandle file, long offset) => _ = TryLockShared(file, offset);

    /// <summary>Gives the lock back, exclusive or shared. Does nothing if this open file does not hold it.</summary>
    public abstract void Unlock(SafeFileHandle file, long offset);

    /// <summary>Whether another open file holds the lock on this byte, or shares it; exclusively is enough for the next one.</summary>
    public virtual bool IsLockedOrSharedByOther(SafeFileHandle file, long offset) => IsLockedByOther(file, offset);

    /// <summary>
    /// Whether another open file holds the lock on this byte exclusively. Asked of a file that is open for reading only, too.
    /// </summary>
    public abstract bool IsLockedByOther(SafeFileHandle file, long offset);

    /// <summary>
    /// Returns when the disk has what was stored to the file by anybody, through mappings too, and the name it has in the folder.
    /// </summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public abstract void Flush(SafeFileHandle file, RegionFolder folder);

    /// <summary>
    /// Returns when the device has what was written to the file by anybody. The name and the times of the file may not be there.
    /// </summary>
    /// <returns>0, or the system's error: after it the device may have any part of it.</returns>
    public abstract int SyncData(SafeFileHandle file);

    /// <summary>
    /// Opens the same file again, so that reading it asks the device and not the page cache. Null where the file system cannot do that.
    /// </summary>
    public abstract SafeFileHandle? TryOpenPastCache(SafeFileHandle file);

    /// <summary>Drops what the page cache holds of a part of the file and is on the device, as far as nobody uses it.</summary>
    public abstract void DropCached(SafeFileHandle file, long offset, long length);

    /// <summary>
    /// Why what is written to a file does not outlive a power failure, or is not locked against other machines, in words; null if it does
    /// and is.
    /// </summary>
    public abstract string? WhyNotDurable(SafeFileHandle file);

    /// <summary>Whether an error says that there is no space.</summary>
    public virtual bool IsNoSpace(IOException e) => e.HResult is LinuxLibc.NoSpace or LinuxLibc.DiskQuota or LinuxLibc.FileTooBig;

    /// <summary>Closes a queue's file that is not mapped any more.</summary>
    public virtual void Close(SafeFileHandle file) => file.Dispose();

    /// <summary>Removes the name; the file lives until the last process closes it.</summary>
    public abstract void Unlink(RegionFolder folder, string name);
}

/// <summary>
/// An open folder. Whatever is looked at, made, opened or removed in it goes through this descriptor: what was checked is what is used,
/// even if the path leads elsewhere a moment later.
/// </summary>
/// <param name="handle">The descriptor.</param>
/// <param name="path">Where it was found; for messages.</param>
internal sealed class RegionFolder(SafeFileHandle handle, string path) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    public string Path { get; } = path;

    /// <summary>The path of a file in it; for messages.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Handle.Dispose();
}

/// <summary>A file that no other process can see yet: filled in peace, then given its name in one step.</summary>
internal abstract class UnpublishedFile(SafeFileHandle handle) : IDisposable
{
    /// <summary>The open file; it outlives this object once published.</summary>
    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Gives the file its name, in the folder it was made in, if the name is free. False if it is taken.</summary>
    public abstract bool TryPublish(RegionFolder folder, string name);

    /// <summary>
    /// Removes what is left of an unpublished file. Does not close <see cref="Handle"/>. Precondition: its folder is still open.
    /// </summary>
    public abstract void Dispose();
}
