using System.IO.MemoryMappedFiles;

namespace TypedShmQueue.Peer;

/// <summary>
/// A mapped file of words: what a process stored there is there after SIGKILL. Sparse: only what is written takes memory.
/// </summary>
public sealed unsafe class MappedWords : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    public MappedWords(string path, FileMode mode, long count)
    {
        Count = count;
        _file = MemoryMappedFile.CreateFromFile(path, mode, null, count * sizeof(long));
        _view = _file.CreateViewAccessor(0, count * sizeof(long));
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _words = (long*)address;
    }

    public long Count { get; }

    public ref long this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} words.");
            return ref _words[index];
        }
    }

    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
