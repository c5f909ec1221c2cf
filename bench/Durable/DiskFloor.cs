using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Bench.Durable;

/// <summary>What a commit costs at least: one block of 4 KiB behind the other, each synced, in a file whose space is written already.</summary>
internal sealed partial class DiskFloor : IDisposable
{
    private const int Block = 4096, Blocks = 4096;

    private readonly SafeFileHandle _file;
    private readonly byte[] _block = new byte[Block];
    private long _next;

    public DiskFloor(string folder)
    {
        _file = File.OpenHandle(Path.Combine(folder, "floor"), FileMode.CreateNew, FileAccess.ReadWrite);
        for (int i = 0; i < Blocks; i++) RandomAccess.Write(_file, _block, (long)i * Block);
        RandomAccess.FlushToDisk(_file);
    }

    public void Commit()
    {
        RandomAccess.Write(_file, _block, _next++ % Blocks * Block);
        if (FlushData(_file) != 0) throw new IOException($"fdatasync failed (errno {Marshal.GetLastPInvokeError()}).");
    }

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);
}
