using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Durable;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;

namespace TypedShmQueue.Queue;

/// <summary>Which ring in memory belongs to which journal on disk.</summary>
internal static unsafe class JournalRing
{
    private const int LongestNameInMemory = 90;

    /// <summary>Whether the file is a journal.</summary>
    public static bool IsJournal(SafeFileHandle file) => QueueFile.MagicOf(file) == JournalFormat.Magic;

    /// <summary>The id in a journal's header. Null if there is none.</summary>
    public static Guid? TryReadId(SafeFileHandle file)
    {
        const int At = 16;
        Span<byte> bytes = stackalloc byte[16];
        return RandomAccess.Read(file, bytes, At) == bytes.Length ? new Guid(bytes) : null;
    }

    /// <summary>Where the ring of a journal is.</summary>
    public static QueuePlace PlaceOf(string name, Guid id, ShmQueueOptions options, bool create)
    {
        return QueuePlace.Of($"{Begin(name)}.{id:N}", options with { Directory = null }, create);
    }

    /// <summary>Says in a new ring whose it is.</summary>
    public static void Describe(RingParts parts, QueueJournal journal)
    {
        Guid id = journal.Header.QueueId;
        parts.Header->JournalId = id;
        FileFacts facts = RegionPort.Current.Inspect(journal.Handle);
        parts.Header->JournalDevice = facts.Device;
        parts.Header->JournalInode = facts.Inode;
        // The same after each recovery.
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        parts.Header->QueueId = MemoryMarshal.Read<ulong>(bytes) | 1;
        parts.Header->CreatedUnixMilliseconds = journal.Header.CreatedUnixMilliseconds;
        Span<byte> path = new(parts.Header->JournalPath, Segment.JournalPathSize - 1);
        Encoding.UTF8.TryGetBytes(journal.Path, path, out _);
    }

    /// <summary>Whether a ring says that it was made of this very file, and not of one of which it is a copy.</summary>
    public static bool IsMadeOf(in SegmentHeader ring, Guid journal, in FileFacts facts) =>
        ring.JournalId == journal && ring.JournalDevice == facts.Device && ring.JournalInode == facts.Inode;

    /// <summary>
    /// Whether a ring is that of a journal now. False: it is of another time, or of a journal of which this one is a copy, and nobody uses
    /// it. Precondition: this handle shares the lock of those who are attached, so nobody recovers.
    /// </summary>
    /// <remarks>
    /// Of another time: the journal was recovered since, by a process that did not find the ring, such as one in a container with a
    /// /dev/shm of its own. The journal is read first: while others are attached and write a snapshot, the ring has its number before the
    /// journal does.
    /// </remarks>
    /// <exception cref="ShmQueueDurabilityException">The journal is a copy of one that is in use.</exception>
    public static bool IsCurrent(SegmentHeader* ring, QueueJournal journal, QueuePlace place, ParticipantsView participants)
    {
        if (IsMadeOf(*ring, journal.Header.QueueId, RegionPort.Current.Inspect(journal.Handle)))
        {
            long epoch = JournalReader<JournalRules>.ReadEpoch(journal.File, journal.Header);
            return epoch <= JournalPosition.EpochOf(Volatile.Read(ref ((JournalPosition*)&ring->Commits.Position)->Tried));
        }

        if (participants.Snapshot().Any(static one => one.IsAlive))
            throw new ShmQueueDurabilityException(place.Name, $"'{place.Path}' is a copy of a journal that is in use, " +
                $"'{PathOf(*ring)}': both would be written by turns. End the processes that use that one, or delete one of the two.");
        return false;
    }

    /// <summary>The ring of a durable queue is not opened as a queue: what is sent then would be in no journal.</summary>
    /// <exception cref="ShmQueueCorruptException">It is such a ring, or says so.</exception>
    public static void ThrowIfRing(SegmentHeader* header, QueuePlace place)
    {
        if (header->JournalId == Guid.Empty && header->JournalDevice == 0 && header->JournalInode == 0) return;
        throw new ShmQueueCorruptException(place.Name, $"'{place.Path}' is the memory of a durable queue, whose journal is " +
            $"'{PathOf(*header)}'. Open the queue by the journal's name and folder.");
    }

    /// <summary>The whole path of the journal that a ring was made of.</summary>
    public static string PathOf(in SegmentHeader ring)
    {
        fixed (byte* first = ring.JournalPath)
        {
            ReadOnlySpan<byte> path = new(first, Segment.JournalPathSize);
            int end = path.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
        }
    }

    /// <summary>
    /// Frees the memory of deleted queues of this very place: a deleter may have died when the journal's name was gone and the ring's
    /// was not. Throws nothing: what cannot be freed is left to the tool. Precondition: the name is another journal's by now, since a
    /// ring that is marked keeps a journal that still has its name from coming back.
    /// </summary>
    public static void RemoveDeleted(QueuePlace place)
    {
        ShmQueueOptions inMemory = place.Options with { Directory = null };
        try
        {
            string begin = Begin(place.Name) + ".";
            // Not by a pattern: under Wine 8, "NAME.*" does not match what it matches on Linux.
            foreach (string path in Directory.EnumerateFiles(QueuePlace.DirectoryOf(inMemory, create: true)))
            {
                string name = Path.GetFileName(path);
                if (name.StartsWith(begin, StringComparison.Ordinal)) RemoveIfDeleted(name, inMemory, place.Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens the folder next says what is wrong with it.
        }
    }

    private static void RemoveIfDeleted(string name, ShmQueueOptions inMemory, string journal)
    {
        try
        {
            using QueueFile? ring = QueueFile.TryOpen(name, inMemory);
            if (ring != null && ring.IsDeletedRingOf(journal)) _ = ring.RemoveName(waits: false);
        }
        catch (Exception e) when (e is ShmQueueException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is none of ours, or somebody else is at it.
        }
    }

    private static string Begin(string name) => name.Length <= LongestNameInMemory ? name : name[..LongestNameInMemory];
}
