using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Streams;

/// <summary>
/// Which messages of a stream the local queue has, one word for each of the latest sequences: so that one that is delivered again is
/// recognized, whichever of the machines that share a consumer got its neighbours. The words are in a small mapped file beside the queue,
/// so they survive the process.
/// </summary>
/// <remarks>
/// <para>The file belongs to one queue (by its id), one stream (by the time of its creation) and one start of the machine: after a power
/// failure the disk may have a word and not the message, and to believe the word would lose the message. Where one of them differs, the
/// memory begins empty, and a message that is delivered again comes twice.</para>
/// <para>A word is the time at which the stream stored the message, because a sequence alone names no message for good: a server that has
/// lost the end of its stream gives the same sequences to other messages.</para>
/// <para>A process may die after it has sent a message and before it has noted that. So it notes before that it is about to send it, and
/// the queue itself notes the position that the message gets, before it is there: the next process asks the queue.</para>
/// <para>One bridge at a time has the file. The kernel takes the lock away from one that dies.</para>
/// </remarks>
internal sealed unsafe class SequenceMemory : IDisposable
{
    private const ulong Magic = 0x0A32_5153_5451_5354; // "TSQTSQ2" and a line end
    private const int HeaderSize = 4096;
    private const int HashBytes = 8;
    private const string Extension = ".nats";

    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Header* _header;
    private readonly long* _words;
    private readonly ulong _capacity;

    private SequenceMemory(FileStream file, int capacity)
    {
        _file = file;
        _capacity = (ulong)capacity;
        long size = SizeOf(capacity);
        _map = MemoryMappedFile.CreateFromFile(file, null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None,
            leaveOpen: true);
        _view = _map.CreateViewAccessor(0, size, MemoryMappedFileAccess.ReadWrite);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _header = (Header*)start;
        _words = (long*)(start + HeaderSize);
    }

    /// <summary>Opens the memory beside the queue, or begins it.</summary>
    /// <exception cref="ShmNatsBridgeException">Another bridge has it, or there is no room for it.</exception>
    public static SequenceMemory Open(QueueBytes queue, string stream, DateTimeOffset streamCreated, string consumer, int capacity)
    {
        string path = PathOf(queue, stream, consumer);
        FileStream file = OpenFile(path, queue, stream, consumer);
        try
        {
            Allocate(file, path, queue, SizeOf(capacity));
            SequenceMemory memory = new(file, capacity);
            memory.BeginUnlessOf(new Header
            {
                Magic = Magic,
                QueueId = queue.QueueId,
                StreamCreated = streamCreated.UtcTicks,
                Start = QueueBytes.MachineStart,
                Capacity = (ulong)capacity,
            });
            return memory;
        }
        catch
        {
            // Nobody else could have it.
            file.Dispose();
            throw;
        }
    }

    private static FileStream OpenFile(string path, QueueBytes queue, string stream, string consumer)
    {
        try
        {
            FileStreamOptions asked = new()
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows()) asked.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(path, asked);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new ShmNatsBridgeException($"Another bridge moves messages of the consumer '{consumer}' of the stream '{stream}' into "
                + $"the queue '{queue.Name}' (it has '{path}'). One at a time can: a second one is not faster. Stop one of them, or, if "
                + $"they are for two servers, give the consumers different names.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShmNatsBridgeException($"The file '{path}', where a bridge notes what its queue has, cannot be opened: {e.Message}",
                e);
        }
    }

    /// <summary>
    /// The file of a bridge: no name that a queue can have. Beside the ring of a durable queue, too: it means nothing after the machine's
    /// next start, and in memory no disk can fail it.
    /// </summary>
    public static string PathOf(QueueBytes queue, string stream, string consumer)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{stream}\n{consumer}"));
        return Path.Combine(Path.GetDirectoryName(queue.RingPath)!, string.Create(CultureInfo.InvariantCulture,
            $".{Path.GetFileName(queue.RingPath)}.{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}{Extension}"));
    }

    /// <summary>Removes the files of bridges whose queue is gone, from the folder of queues. Not those that a bridge has.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="dry">Only say which.</param>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> RemoveLeftovers(string directory, bool dry)
    {
        if (!Directory.Exists(directory)) return [];
        List<string> removed = [];
        foreach (string path in Directory.EnumerateFiles(directory))
        {
            if (path.EndsWith(Extension, StringComparison.Ordinal) && TryRemove(path, dry)) removed.Add(Path.GetFileName(path));
        }

        removed.Sort(StringComparer.Ordinal);
        return removed;
    }

    private static bool IsHeldByAnother(IOException error)
    {
        const int Code = 0xFFFF, TryAgain = 11, SharingViolation = 32, LockViolation = 33;
        return OperatingSystem.IsWindows()
            ? (error.HResult & Code) is SharingViolation or LockViolation
            : error.HResult == TryAgain;
    }

    private static bool TryRemove(string path, bool dry)
    {
        try
        {
            // ".orders.0123456789abcdef.nats"
            string name = Path.GetFileName(path);
            int queueEnd = name.Length - Extension.Length - (2 * HashBytes) - 1;
            if (queueEnd < 2 || name[0] != '.' || name[queueEnd] != '.') return false;
            // A bridge that has it keeps it, and one that comes now finds it taken. On Windows it could not be deleted without the flag.
            using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Delete);
            Span<byte> magic = stackalloc byte[sizeof(ulong)];
            int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            // Shorter: its maker died, or had no room.
            if (read == magic.Length && MemoryMarshal.Read<ulong>(magic) is not (Magic or 0)) return false;
            if (File.Exists(Path.Combine(Path.GetDirectoryName(path)!, name[1..queueEnd]))) return false;
            if (!dry) File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // a bridge has it, or it is another user's
        }
    }

    /// <summary>Whether the local queue has the message. False also for one that is too old to be remembered.</summary>
    public bool Contains(in MessageInStream message) => Word(message.Sequence) == message.Time;

    /// <summary>
    /// Where the position goes that a message claims in the local queue, after <see cref="Begin"/>: 0 is none. Should this process die
    /// before <see cref="Add"/>, the next one asks the queue what became of it.
    /// </summary>
    public ref long Claimed => ref _header->Claimed;

    /// <summary>The message is about to be sent to the local queue.</summary>
    public void Begin(in MessageInStream message, long ringNumber)
    {
        // Fenced: whoever dies after it has left no claim of another message beside this one.
        _ = Interlocked.Exchange(ref _header->Claimed, 0);
        _header->RingNumber = ringNumber;
        _header->Doing = message;
    }

    /// <summary>
    /// The message that a process was sending when it died, and which position it had claimed for it. False if there is none: it sent none,
    /// or had not claimed any, or the memory of the queue is another one since.
    /// </summary>
    public bool TryGetUnfinished(long ringNumber, out MessageInStream message, out long claimed)
    {
        (message, claimed) = (_header->Doing, _header->Claimed);
        return claimed != 0 && _header->RingNumber == ringNumber && !Contains(message);
    }

    /// <summary>
    /// The local queue has the message. Forgets the one that is as many sequences older as are remembered. One that is that old itself is
    /// not noted.
    /// </summary>
    public void Add(in MessageInStream message)
    {
        ulong highest = _header->Highest;
        // Another machine may have held it for long: its place is a later one's.
        if (message.Sequence + _capacity <= highest) return;
        if (message.Sequence > highest) _header->Highest = message.Sequence;
        Word(message.Sequence) = message.Time;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    private ref long Word(ulong sequence) => ref _words[sequence & (_capacity - 1)];

    private static long SizeOf(int capacity) => HeaderSize + (capacity * (long)sizeof(long));

    /// <summary>
    /// Has the file system allocate all of the file. Memory of a mapping that it has no room for would end the process when it is met.
    /// </summary>
    private static void Allocate(FileStream file, string path, QueueBytes queue, long size)
    {
        long had = file.Length;
        try
        {
            // Who may use the queue may bridge it.
            if (had == 0 && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(queue.RingPath));
            if (had > size) file.SetLength(size);
            ReadOnlySpan<byte> zeros = new byte[1 << 16];
            for (long at = had; at < size; at += zeros.Length)
                RandomAccess.Write(file.SafeFileHandle, zeros[..(int)Math.Min(zeros.Length, size - at)], at);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As it was, so that nothing is forgotten.
            file.SetLength(had);
            throw new ShmNatsBridgeException($"The file '{path}', where a bridge notes what its queue has, cannot be made {size} bytes "
                + $"long: {e.Message} Make room in its folder, or set {nameof(ShmNatsBridgeOptions.Remembered)} to fewer messages.", e);
        }
    }

    private void BeginUnlessOf(in Header wanted)
    {
        Header found = *_header;
        if (found with { Highest = 0, Claimed = 0, RingNumber = 0, Doing = default } == wanted) return;
        // Without the mark it is nobody's, should this process die in between.
        Volatile.Write(ref _header->Magic, 0);
        new Span<long>(_words, (int)_capacity).Clear();
        *_header = wanted with { Magic = 0 };
        // Where only the capacity is another one, what was being sent is still known.
        if (found with { Capacity = wanted.Capacity, Highest = 0, Claimed = 0, RingNumber = 0, Doing = default } == wanted)
            (_header->Claimed, _header->RingNumber, _header->Doing) = (found.Claimed, found.RingNumber, found.Doing);
        Volatile.Write(ref _header->Magic, Magic);
    }

    [StructLayout(LayoutKind.Sequential)]
    private record struct Header
    {
        public ulong Magic;
        public ulong QueueId;
        public long StreamCreated;
        public ulong Start;
        public ulong Capacity;

        /// <summary>The highest sequence that was noted.</summary>
        public ulong Highest;

        /// <summary>What was claimed in the queue for the message that is being sent, or was sent last, and in which ring.</summary>
        public long Claimed;

        public long RingNumber;
        public MessageInStream Doing;
    }
}

/// <summary>A message of a stream.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Time">When the stream stored it, in ticks: the same each time that it is delivered.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MessageInStream(ulong Sequence, long Time);
