using System.IO.MemoryMappedFiles;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>A small file mapped by several processes, seen as words that lie alone on a pair of cache lines.</summary>
internal sealed unsafe class MappedLines : IDisposable
{
    /// <summary>Processors fetch lines in pairs, so words closer than this are not apart.</summary>
    public const int Pair = 128;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public MappedLines(string path, long bytes)
    {
        using FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length < bytes) stream.SetLength(bytes);
        _file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None,
            leaveOpen: false);
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start;
    }

    public byte* Start { get; }

    /// <summary>The first word of a pair of lines.</summary>
    public long* Word(int pair) => (long*)(Start + (pair * Pair));

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
