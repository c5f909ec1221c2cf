using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>
/// A queue's file, open and mapped. <see cref="Release"/> closes the file and puts zero pages in its place; the addresses are given
/// back only when no object can reach this one. So a thread that is still reading when another disposes meets zeros, not a fault.
/// </summary>
[SuppressMessage("Design", "MA0055:Do not use finalizer",
    Justification = "The mapping must outlive every object that holds its addresses; only the collector knows when that is.")]
internal sealed unsafe class MappedRegion
{
    private readonly RegionPort _port;
    private int _released;

    /// <summary>Maps <paramref name="length"/> bytes of the file and takes ownership of it.</summary>
    public MappedRegion(RegionPort port, SafeFileHandle file, long length, string queueName)
    {
        _port = port;
        File = file;
        Length = length;
        Address = port.Map(file, length, queueName);
    }

    ~MappedRegion()
    {
        // Whoever forgot to dispose: the file's own handle closes it, and the kernel drops its locks.
        if (Address != null) _port.Unmap(Address, Length);
    }

    /// <summary>The open file; it carries this handle's locks.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Where byte 0 of the file is.</summary>
    public byte* Address { get; }

    /// <summary>Whether the shared memory and the file's locks are let go of.</summary>
    public bool IsReleased => File.IsClosed;

    /// <summary>Bytes mapped.</summary>
    public long Length { get; }

    /// <summary>
    /// Has all pages at hand when it returns, so that none has to be found when it is met first. Large regions are filled by all
    /// processors, in parts. What is stored there stays, and others may use it meanwhile.
    /// </summary>
    /// <exception cref="ShmQueueLimitException">The system has no memory for it.</exception>
    public void Prefault(string queueName)
    {
        const long Part = 32L << 20;
        int failure = 0;
        _ = Parallel.For(0, (Length + Part - 1) / Part, (part, parts) =>
        {
            long from = part * Part;
            if (_port.Populate(Address + from, Math.Min(Part, Length - from)) is not 0 and var error)
            {
                Volatile.Write(ref failure, error);
                parts.Stop();
            }
        });
        GC.KeepAlive(this);
        if (failure != 0) throw RegionErrors.ForPopulate(queueName, Length, failure);
    }

    /// <summary>
    /// Lets the shared memory and the file's locks go. Precondition: no thread of this process relies on what it writes to it from here on.
    /// If it throws before they are gone, the next call begins again.
    /// </summary>
    /// <param name="last">
    /// Called when no thread can reach the shared memory by the mapping any more, and the locks are still held, with the address of the
    /// first page, mapped once more. Not called if the system has no memory left for that.
    /// </param>
    public void Release(Action<nint>? last = null)
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return;
        // Before the memory goes, since it can fail.
        long firstPage = Environment.SystemPageSize;
        byte* again = null;
        try
        {
            again = last == null ? null : _port.TryMap(File, firstPage);
            // If this throws, the memory stays mapped. So the file stays open too: nothing may be written once its locks are gone.
            _port.ReplaceByZeroPages(Address, Length);
            Steps.At("detach: memory let go");
            try
            {
                if (again != null) last!((nint)again);
            }
            finally
            {
                _port.Close(File);
            }
        }
        finally
        {
            if (again != null) _port.Unmap(again, firstPage);
            if (!IsReleased) Volatile.Write(ref _released, 0);
        }
    }
}
