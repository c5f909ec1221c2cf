using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue;

/// <summary>
/// The opening of a durable queue: its journal has the name, and its ring is in memory. A ring that is there is up to date, since processes
/// that die leave it; where there is none, one opener makes it out of the journal, and the others wait for it.
/// </summary>
internal static unsafe class DurableOpening
{
    private const int LongestNameInMemory = 90;

    /// <summary>How long an opener waits for a process that is attached, and whose ring it does not find: it may be just leaving.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether the file is a journal.</summary>
    public static bool IsJournal(SafeFileHandle file)
    {
        ulong magic = 0;
        return RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<ulong>(ref magic)), 0) == sizeof(ulong)
            && magic == JournalFormat.Magic;
    }

    /// <summary>
    /// Frees the memory of deleted queues of this name: a deleter may have died when the journal's name was gone and the ring's was not.
    /// </summary>
    private static void RemoveDeletedRings(QueuePlace place)
    {
        string folder = QueuePlace.DirectoryOf(place.Options with { Directory = null }, create: false);
        foreach (string path in Directory.EnumerateFiles(folder, place.Name[..Math.Min(place.Name.Length, LongestNameInMemory)] + ".*"))
        {
            try
            {
                using QueueFile? ring = QueueFile.TryOpen(Path.GetFileName(path), place.Options with { Directory = null });
                if (ring is { IsDeleted: true }) _ = ring.RemoveName(waits: false);
            }
            catch (Exception e) when (e is ShmQueueException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // It is none of ours, or somebody else is at it.
            }
        }
    }

    /// <summary>The ring of a durable queue is not opened as a queue: what is sent then would be in no journal.</summary>
    /// <exception cref="ShmQueueCorruptException">It is such a ring, or says so.</exception>
    public static void ThrowIfRing(SegmentHeader* header, QueuePlace place)
    {
        if (header->JournalId == Guid.Empty && header->JournalDevice == 0 && header->JournalInode == 0) return;
        throw new ShmQueueCorruptException(place.Name, $"'{place.Path}' is the memory of a durable queue, whose journal is " +
            $"'{PathOf(header)}'. Open the queue by the journal's name and folder.");
    }

    /// <summary>The id in a journal's header. Null if there is none.</summary>
    public static Guid? TryReadId(SafeFileHandle file)
    {
        const int At = 16;
        Span<byte> bytes = stackalloc byte[16];
        return RandomAccess.Read(file, bytes, At) == bytes.Length ? new Guid(bytes) : null;
    }

    /// <summary>Where the ring of a journal is.</summary>
    public static QueuePlace PlaceOfRing(string name, Guid id, ShmQueueOptions options, bool create)
    {
        string inMemory = $"{(name.Length <= LongestNameInMemory ? name : name[..LongestNameInMemory])}.{id:N}";
        return QueuePlace.Of(inMemory, options with { Directory = null }, create);
    }

    /// <summary>Creates the queue. Null if the name is taken.</summary>
    public static Session? TryCreate(QueueContract contract, QueuePlace place, SegmentGeometry geometry)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder folder = place.OpenFolder(port);
        if (port.WhyNotDurable(folder.Handle) is { } reason)
            throw new ShmQueueDurabilityException(place.Name, $"The queue '{place.Name}' cannot be durable: '{place.Directory}' is on " +
                $"{reason}. Set ShmQueueOptions.Directory to a folder on a local disk, or Durability to Cached.");
        JournalHeader header = HeaderOf(contract, place, geometry);
        using UnpublishedFile file = port.CreateUnpublished(folder, place.Name, header.FileLength, place.Options.Permissions);
        QueueJournal journal = new(port, new JournalFile(file.Handle, place.Path), place.Path, header);
        try
        {
            JournalWriter<JournalRules>.Create(journal.File, header);
            Steps.At("durable create: journal written");
            // Before the name is there: whoever finds it waits for the ring.
            if (!journal.TryBeginOpening() || !journal.TryBeAlone())
                throw new IOException($"The locks of a new journal in '{place.Directory}' cannot be taken.");
            if (Make(contract, place, journal, contents: null, () => Publish(port, folder, file, place)) is { } session)
            {
                RemoveDeletedRings(place);
                return session;
            }

            journal.Dispose();
            return null;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Attaches to the queue of an open journal. Null: it was deleted meanwhile. Takes ownership of the file.</summary>
    /// <param name="contract">The queue.</param>
    /// <param name="place">The journal's place.</param>
    /// <param name="file">The journal.</param>
    /// <param name="acceptLoss">
    /// Whether to go on without what was committed and cannot be read. Only where the ring is made of the journal now: a ring that is there
    /// has everything.
    /// </param>
    public static Session? TryOpen(QueueContract contract, QueuePlace place, SafeFileHandle file, bool acceptLoss = false)
    {
        RegionPort port = RegionPort.Current;
        JournalFile journalFile = new(file, place.Path);
        try
        {
            QueueJournal journal = new(port, journalFile, place.Path, JournalReader<JournalRules>.ReadHeader(journalFile, place.Name));
            Match(contract, place, journal.Header);
            return TryOpen(contract, place, journal, acceptLoss);
        }
        catch
        {
            journalFile.Dispose();
            throw;
        }
    }

    private static Session? TryOpen(QueueContract contract, QueuePlace place, QueueJournal journal, bool acceptLoss)
    {
        QueuePlace memory = PlaceOfRing(place.Name, journal.Header.QueueId, place.Options, create: true);
        SpinWait spin = default;
        while (true)
        {
            // While another makes the ring, this one keeps off the lock that the other must have alone: of many openers after a power
            // failure, there would always be one that has it.
            bool isDeleted = false;
            if ((!journal.IsBeingOpened || HasRing(memory))
                && TryAttach(contract, place, memory, journal, out isDeleted) is { } attached) return attached;
            if (isDeleted || !HasName(place, journal.Handle))
            {
                journal.Dispose();
                return null;
            }

            if (!journal.TryBeginOpening())
            {
                spin.SpinOnce();
                continue;
            }

            try
            {
                Steps.At("durable open: opening");
                // Somebody may have made it before this handle got the lock.
                if (TryAttach(contract, place, memory, journal, out isDeleted) is { } made) return made;
                if (isDeleted) continue;
                BeAlone(place, journal);
                Session? recovered = Recover(contract, place, journal, acceptLoss);
                if (recovered != null) return recovered;
            }
            finally
            {
                if (!journal.Handle.IsClosed) journal.EndOpening();
            }
        }
    }

    private static bool HasRing(QueuePlace memory)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = memory.TryOpenFolder(port);
        return folder != null && port.Inspect(folder, memory.Name) != null;
    }

    /// <summary>Attaches to the ring, if it is there.</summary>
    private static Session? TryAttach(QueueContract contract, QueuePlace place, QueuePlace memory, QueueJournal journal, out bool isDeleted)
    {
        isDeleted = false;
        // Shared before the ring is looked for: whoever makes one is alone, so what is found now stays.
        if (!journal.TryAttach()) return null;
        Session? session = Session.TryAttachToRing(contract, place, memory, journal, out isDeleted);
        if (session == null) journal.LeaveAttached();
        return session;
    }

    private static void BeAlone(QueuePlace place, QueueJournal journal)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        SpinWait spin = default;
        while (!journal.TryBeAlone())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(began) > s_patience)
                throw new ShmQueueDurabilityException(place.Name, $"The durable queue '{place.Name}' in '{place.Directory}' is open in a " +
                    $"process whose memory this process does not see: it is in another container with a /dev/shm of its own, has another " +
                    $"{LinuxRegionPort.DirectoryVariable}, or the ring's file was removed. Share /dev/shm between them, or end that " +
                    $"process.");
            spin.SpinOnce();
        }

        Steps.At("durable open: alone");
    }

    /// <summary>Makes the ring out of the journal. Null: the queue was deleted meanwhile.</summary>
    private static Session? Recover(QueueContract contract, QueuePlace place, QueueJournal journal, bool acceptLoss)
    {
        JournalContents contents = JournalReader<JournalRules>.Recover(journal.File, place.Name, acceptLoss);
        Steps.At("durable open: recovered");
        return Make(contract, place, journal, contents, () => HasName(place, journal.Handle));
    }

    /// <summary>
    /// Makes a ring, writes it to the journal as a generation of its own, and gives it its name once the journal has its own. Null: it does
    /// not get that. Precondition: this handle is alone, and stays so until the end, when it is attached.
    /// </summary>
    private static Session? Make(QueueContract contract, QueuePlace place, QueueJournal journal, JournalContents? contents,
        Func<bool> tryPublishJournal)
    {
        RegionPort port = RegionPort.Current;
        QueuePlace memory = PlaceOfRing(place.Name, journal.Header.QueueId, place.Options, create: true);
        SegmentGeometry geometry = GeometryOf(journal.Header);
        using RegionFolder folder = memory.OpenFolder(port);
        using UnpublishedFile file = port.CreateUnpublished(folder, memory.Name, geometry.FileSize, place.Options.Permissions);
        MappedRegion? region = null;
        try
        {
            region = new MappedRegion(port, file.Handle, geometry.FileSize, place.Name);
            SegmentFormat.Write(region.Address, geometry, new SegmentIdentity(geometry.MessageSize, journal.Header.SchemaId,
                journal.Header.Schema.Span, new RoleFlags(journal.Header.Roles)));
            RingParts parts = new(region.Address, geometry);
            Describe(parts, journal);
            if (contents != null && !RingRebuild.TryFill(parts, contents))
                throw new ShmQueueCorruptException(place.Name, $"The journal of the queue '{place.Name}' is whole, but no queue " +
                    $"operation writes what it holds. Restore '{place.Path}' from a backup, or delete the queue.");
            ref JournalPosition position = ref *(JournalPosition*)&parts.Header->Commits.Position;
            position = contents?.Position ?? JournalPosition.Beginning(geometry.Capacity);
            RingSource<HardwareMemory> source = new(parts, NoPeers.Instance, &((JournalPosition*)&parts.Header->Commits.Position)->Limit);
            journal.Writer.Rewrite(ref position, ref source);
            Steps.At("durable make: journal written anew");
            if (!tryPublishJournal())
            {
                region.Release();
                return null;
            }

            Steps.At("durable make: journal has its name");
            Session session = Session.OfNewRing(contract, place, memory, region, geometry, journal);
            // What stands there is a ring that nobody is attached to, and that was not whole or was deleted.
            while (!file.TryPublish(folder, memory.Name)) port.Unlink(folder, memory.Name);
            Steps.At("durable make: ring has its name");
            _ = journal.TryAttach(); // from alone to shared: nobody is in between
            journal.EndOpening();
            return session;
        }
        catch
        {
            region?.Release();
            file.Handle.Dispose();
            throw;
        }
    }

    private static bool Publish(RegionPort port, RegionFolder folder, UnpublishedFile file, QueuePlace place)
    {
        if (!file.TryPublish(folder, place.Name)) return false;
        // The name, too, must survive.
        port.Flush(file.Handle, folder);
        return true;
    }

    /// <summary>Whether the journal still has its name. Without it the queue is deleted.</summary>
    internal static bool HasName(QueuePlace place, SafeFileHandle journal)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        return folder != null && port.Inspect(folder, place.Name) is { } named && named.IsSameFileAs(port.Inspect(journal));
    }

    /// <summary>
    /// Whether a ring was made of this very journal, and not of one of which it is a copy. One that was made of another, and that nobody
    /// uses
    /// any more, is out of the way when this returns.
    /// </summary>
    internal static bool IsOfJournal(SegmentHeader* ring, QueueJournal journal, QueuePlace place, ParticipantsView participants,
        Action removeRing)
    {
        FileFacts facts = RegionPort.Current.Inspect(journal.Handle);
        if (ring->JournalId == journal.Header.QueueId && ring->JournalDevice == facts.Device && ring->JournalInode == facts.Inode)
            return true;
        if (participants.Snapshot().Any(static one => one.IsAlive))
            throw new ShmQueueDurabilityException(place.Name, $"'{place.Path}' is a copy of a journal that is in use, " +
                $"'{PathOf(ring)}': both would be written by turns. End the processes that use that one, or delete one of the two.");
        removeRing();
        return false;
    }

    /// <summary>
    /// Whether the journal was recovered since the ring was made, by a process that did not find the ring, such as one in a container with
    /// a /dev/shm of its own. Then nobody was attached to the ring, and what it holds is of the past.
    /// </summary>
    /// <remarks>
    /// The journal first: while others are attached and write a snapshot, the ring has its number before the journal does. Precondition:
    /// this handle shares the lock of those who are attached, so nobody recovers.
    /// </remarks>
    internal static bool IsOfAnotherTime(SegmentHeader* ring, QueueJournal journal)
    {
        long epoch = JournalReader<JournalRules>.ReadEpoch(journal.File, journal.Header);
        return epoch > JournalPosition.EpochOf(Volatile.Read(ref ((JournalPosition*)&ring->Commits.Position)->Tried));
    }

    private static string PathOf(SegmentHeader* ring)
    {
        ReadOnlySpan<byte> path = new(ring->JournalPath, Segment.JournalPathSize);
        int end = path.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
    }

    private static void Describe(RingParts parts, QueueJournal journal)
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

    private static SegmentGeometry GeometryOf(JournalHeader header) =>
        new(header.Capacity, header.MessageSize, header.MaxParticipants, header.Schema.Length)
        {
            MaxSubscriptions = header.MaxSubscriptions,
            MaxGroups = header.MaxGroups,
            MaxLeases = header.MaxLeases,
            RetentionMilliseconds = header.RetentionMilliseconds,
        };

    private static JournalHeader HeaderOf(QueueContract contract, QueuePlace place, SegmentGeometry geometry)
    {
        long side = SideState.MostBytes(geometry);
        return new JournalHeader
        {
            QueueId = Guid.NewGuid(),
            HalfSize = JournalHeader.HalfSizeFor(geometry.Capacity, geometry.MessageSize, side),
            Schema = contract.Identity.Schema.ToArray(),
            SchemaId = contract.SchemaId,
            Roles = contract.Roles.Bits,
            MessageSize = geometry.MessageSize,
            Capacity = geometry.Capacity,
            MaxParticipants = geometry.MaxParticipants,
            MaxSubscriptions = geometry.MaxSubscriptions,
            MaxGroups = geometry.MaxGroups,
            MaxLeases = geometry.MaxLeases,
            Permissions = place.Options.Permissions,
            RetentionMilliseconds = geometry.RetentionMilliseconds,
            CreatedUnixMilliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            MaxSideBytes = side,
        };
    }

    private static void Match(QueueContract contract, QueuePlace place, JournalHeader header)
    {
        SegmentGeometry geometry = GeometryOf(header);
        if (!geometry.IsSane)
            throw new ShmQueueCorruptException(place.Name, $"The journal of the queue '{place.Name}' says capacity {header.Capacity}, " +
                $"{header.MaxParticipants} participants, {header.MaxSubscriptions} subscriptions, {header.MaxGroups} groups and " +
                $"{header.MaxLeases} leases, which no queue has. Restore '{place.Path}' from a backup, or delete the queue.");
        SegmentFormat.Match(header.SchemaId, new RoleFlags(header.Roles), header.Schema.Span, geometry, contract.Identity, place.Name);
    }

    /// <summary>Of a ring that nobody uses yet: no claim in it is anybody's.</summary>
    private sealed class NoPeers : IPeers
    {
        public static readonly NoPeers Instance = new();

        public bool IsAlive(long owner) => false;

        public void OnTombstone()
        {
        }

        public void OnReturned(int messages)
        {
        }
    }
}
