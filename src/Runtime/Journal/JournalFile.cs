using System.Globalization;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Errors;
using TypedShmQueue.Region;

namespace TypedShmQueue.Journal;

/// <summary>
/// A journal on a device. Writes go through the page cache; reads go past it, by a second descriptor, where the file system can do that.
/// Where it cannot (tmpfs), the cached pages are dropped before each read, which does the same once they are clean.
/// </summary>
internal sealed class JournalFile : IJournalFile, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private SafeFileHandle? _direct;
    private bool _triedDirect;

    /// <param name="file">An open descriptor, which this object closes.</param>
    /// <param name="path">For messages.</param>
    public JournalFile(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>The open file: for its locks and its facts.</summary>
    public SafeFileHandle Handle => _file;

    public long Length => RandomAccess.GetLength(_file);

    public int Read(long offset, Span<byte> into)
    {
        if (!_triedDirect)
        {
            _triedDirect = true;
            _direct = RegionPort.Current.TryOpenPastCache(_file);
        }

        if (_direct is { } direct)
        {
            try
            {
                return RandomAccess.Read(direct, into, offset);
            }
            catch (IOException e) when (e.HResult == LinuxLibc.Invalid)
            {
                // It took the flag at opening, and reads in other units than ours.
                direct.Dispose();
                _direct = null;
            }
            catch (IOException e)
            {
                throw Failed("read from", into.Length, offset, e);
            }
        }

        RegionPort.Current.DropCached(_file, offset, into.Length);
        try
        {
            return RandomAccess.Read(_file, into, offset);
        }
        catch (IOException e)
        {
            throw Failed("read from", into.Length, offset, e);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, offset);
        }
        catch (IOException e) when (RegionPort.Current.IsNoSpace(e))
        {
            throw NoSpace(e.HResult);
        }
        catch (ArgumentOutOfRangeException)
        {
            // What .NET makes of EFBIG: the limit on the size of files ends before this place.
            throw NoSpace(LinuxLibc.FileTooBig);
        }
        catch (UnauthorizedAccessException e)
        {
            // And of EACCES and EPERM, which a file that was open for writing can come to.
            throw new IOException($"The system does not let this process write to the journal '{_path}' any more. Check its attributes and "
                + "the file system's.", e);
        }
        catch (IOException e)
        {
            throw Failed("write", bytes.Length, offset, e);
        }
    }

    public void Sync()
    {
        int error = RegionPort.Current.SyncData(_file);
        if (error != 0)
            throw new IOException($"The device has not written all of the journal '{_path}' (errno {error}), so what was sent last is not "
                + "committed. Check the device and the system's log.");
    }

    public void Dispose()
    {
        _direct?.Dispose();
        _file.Dispose();
    }

    private ShmQueueLimitException NoSpace(int error) => new(null, ShmQueueLimit.Space,
        $"The journal '{_path}' does not get the space that it needs (errno {error}). Free space, raise the quota or the limit "
            + "(ulimit -f), or set ShmQueueOptions.Directory to another file system.");

    private IOException Failed(string verb, int count, long offset, IOException e) => new(string.Create(CultureInfo.InvariantCulture,
        $"The device does not {verb} the journal '{_path}': {Counted.Bytes(count)} at {offset} (errno {e.HResult}). Check the device and "
            + $"the system's log."), e);
}
