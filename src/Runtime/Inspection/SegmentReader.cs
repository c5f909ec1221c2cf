using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Region;

namespace TypedShmQueue.Inspection;

/// <summary>
/// A queue as a bystander sees it: its file is open and mapped for reading only, no entry or role is taken, no lock is held. A store
/// would fault, so nothing that is done here can disturb the queue. One thread at a time.
/// </summary>
/// <remarks>
/// <para>Processes go on writing meanwhile, and do not wait for a reader like this. A message that is copied here counts only with a proof
/// that nobody can have begun to overwrite its slot. Looking at the slot's word again is no such proof: the word is stored <i>after</i>
/// the new message, so it still says the old position while the message under it is being overwritten. What happens <i>before</i> an
/// overwriting is the proof, and there are three kinds of it:</para>
/// <para>E2 and B1, every ring: a slot is overwritten only by who saw head past its position. Message read, load fence, head loaded and
/// not past it: the copy is whole. This is the consumers' own proof.</para>
/// <para>I1, many producers: position p + capacity is claimed by a swap of tail before a byte of it is written. Message read, load fence,
/// tail loaded and not past p + capacity: the copy is whole, also if p has been taken.</para>
/// <para>E1, one producer, where stores are seen in their order (x64): it writes position p + capacity only after it has stored the word
/// of p + capacity - 1. Message read, load fence, that word loaded and not there yet: the copy is whole, also if p has been taken. On
/// arm64 the next message's bytes may be seen before that word, so there the first proof alone counts.</para>
/// </remarks>
internal sealed unsafe class SegmentReader : IDisposable
{
    private static readonly bool s_storesAreOrdered = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly RegionPort _port;
    private readonly SafeFileHandle _file;
    private readonly SegmentHeader* _header;
    private readonly ParticipantsView _participants;

    private readonly SafeFileHandle? _journal;

    private SegmentReader(RegionPort port, SafeFileHandle file, byte* address, SegmentGeometry geometry, QueuePlace place,
        SafeFileHandle? journal)
    {
        _port = port;
        _journal = journal;
        _file = file;
        _header = (SegmentHeader*)address;
        _participants = new ParticipantsView(port, file, address, geometry.MaxParticipants);
        Place = place;
        Geometry = geometry;
        Ring = new RingView(address, geometry);
        SubscriptionRecords = new SubscriptionsView(address, geometry);
        GroupRecords = new GroupsView(address, geometry);
        Roles = new RoleFlags(_header->Roles);
        SchemaText = new ReadOnlySpan<byte>(address + geometry.SchemaOffset, geometry.SchemaLength).ToArray();
        SchemaId = _header->SchemaId;
        CreatedAt = ParticipantsView.When(_header->CreatedUnixMilliseconds);
        CreatorProcessId = _header->CreatorProcessId;
    }

    public QueuePlace Place { get; }

    /// <summary>The file, open for reading: whoever decides by what is seen here acts on this very file.</summary>
    public SafeFileHandle File => _journal ?? _file;

    /// <summary>The journal whose ring this is: its id, and the path that it had. Zero and empty if the queue is not durable.</summary>
    public (Guid Id, string Path) Journal
    {
        get
        {
            return (_header->JournalId, JournalRing.PathOf(*_header));
        }
    }

    /// <summary>How the commits stand; null if the queue is not durable. Costs two system calls.</summary>
    public CommitFacts? Commits
    {
        get
        {
            if (_journal == null) return null;
            ref JournalPosition position = ref *(JournalPosition*)&_header->Commits.Position;
            long limit = Volatile.Read(ref position.Limit);
            return new CommitFacts(limit, Volatile.Read(ref position.Newest) >> 1,
                Volatile.Read(ref _header->Commits.Begun), Volatile.Read(ref position.Mark) != 0,
                _port.IsLockedByOther(_file, Segment.CommitLock), RandomAccess.GetLength(_journal),
                ShmQueueCommits.Of(ref _header->Commits, limit, Volatile.Read(ref Ring.Tail)));
        }
    }

    public SegmentGeometry Geometry { get; }

    /// <summary>The ring's words. Only to be loaded: the memory cannot be written.</summary>
    public RingView Ring { get; }

    /// <summary>A broadcast queue's entries. Only to be loaded.</summary>
    public SubscriptionsView SubscriptionRecords { get; }

    /// <summary>The groups' entries, leases and ledgers. Only to be loaded.</summary>
    public GroupsView GroupRecords { get; }

    public RoleFlags Roles { get; }

    /// <summary>The schema, as its creator wrote it; its hash is <see cref="SchemaId"/>, but it need not be of the grammar.</summary>
    public byte[] SchemaText { get; }

    public ulong SchemaId { get; }

    public DateTimeOffset CreatedAt { get; }

    public int CreatorProcessId { get; }

    public bool IsDeleted => Volatile.Read(ref _header->Deleted) != 0;

    public bool IsCompleted => Volatile.Read(ref Ring.Tail) < 0;

    /// <summary>The oldest position that is not taken; broadcast: the oldest that is kept.</summary>
    public long Head => Volatile.Read(ref Ring.Head);

    /// <summary>
    /// The next position to be claimed. T1: one producer's tail is stored after its words, and may have been left behind by a death, so
    /// words are walked over.
    /// </summary>
    public long Tail =>
        Roles.HasOneProducer
            ? RoleHolder.NextOfOneProducer(Ring, Geometry.SlotStride)
            : Volatile.Read(ref Ring.Tail) & ~Segment.CompletedBit;

    /// <summary>The low halves of the gates: how often somebody announced to park, and nobody has cleared it since.</summary>
    public (int NotEmpty, int NotFull) Announcements =>
        (AnnouncementsOf(ref _header->NotEmptyGate), AnnouncementsOf(ref _header->NotFullGate));

    /// <summary>Counts and participants at this instant.</summary>
    public ShmQueueStatistics Statistics
    {
        get
        {
            ShmQueueStatistics all = RingCounts.Of(Ring, _participants.Snapshot());
            if (!Ring.IsBroadcast) return all;
            IReadOnlyList<ShmQueueGroup> groups = Groups;
            return all with
            {
                Dequeued = Roles.IsAcknowledged ? Math.Max(0, all.Enqueued - groups.Sum(static g => g.Waiting + g.Leased)) : 0,
                Groups = groups,
            };
        }
    }

    /// <summary>The workers of a queue with acknowledged delivery, or the groups of a broadcast queue, at this instant.</summary>
    public IReadOnlyList<ShmQueueGroup> Groups => GroupList.Of(Ring, GroupRecords, Geometry.SlotStride, _participants);

    /// <summary>Lease entries that handles have which are attached. Costs a system call for each of these.</summary>
    public int LeaseEntriesInUse
    {
        get
        {
            Dictionary<long, int> entries = [];
            int used = (int)Math.Clamp(Volatile.Read(ref GroupRecords.UsedLeases), 0, GroupRecords.LeaseCount);
            for (int i = 0; i < used; i++)
            {
                long owner = Volatile.Read(ref GroupRecords.Leases[i].Owner);
                if (owner != 0) entries[owner] = entries.GetValueOrDefault(owner) + 1;
            }

            return entries.Where(e => IsAlive(e.Key)).Sum(static e => e.Value);
        }
    }

    /// <summary>Every subscription at this instant.</summary>
    public IReadOnlyList<ShmQueueSubscription> Subscriptions =>
        SubscriptionList.Of(SubscriptionRecords, _participants, Ring.Capacity, Tail);

    /// <summary>A group by its name, or the workers of a queue with acknowledged delivery by none. Null if there is none.</summary>
    public GroupView? FindGroup(string? name)
    {
        for (int i = 0; i < GroupRecords.InUse; i++)
        {
            GroupView group = new(Ring, GroupRecords, Geometry.SlotStride, i, _participants, self: 0);
            if (group.Exists && string.Equals(group.Name, name, StringComparison.Ordinal)) return group;
        }

        return null;
    }

    /// <summary>Opens the queue of that name; of a durable one, its ring. Null if there is none.</summary>
    /// <exception cref="ShmQueueDurabilityException">The queue is durable, and its ring is not in memory.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, has another version, or is truncated or corrupt.</exception>
    /// <exception cref="UnauthorizedAccessException">Folder or file are not to be trusted, just as for who writes.</exception>
    public static SegmentReader? TryOpen(string name, ShmQueueOptions? options)
    {
        QueuePlace place = QueuePlace.Of(name, options, create: false);
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts, readOnly: true)) return null;
        if (!JournalRing.IsJournal(file)) return Open(port, place, file, facts, journal: null);
        try
        {
            return TryOpenRing(port, place, file) ?? throw new ShmQueueDurabilityException(name, $"The queue '{name}' is durable, and " +
                $"its ring is not in this memory: no process has opened it since the machine started. Opening it recovers it from its " +
                $"journal, '{place.Path}'; shmq repair does that, and shmq stat, verify and export read the journal alone.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the ring of a journal. Null if it is not there, or is that of another journal.</summary>
    private static SegmentReader? TryOpenRing(RegionPort port, QueuePlace place, SafeFileHandle journal)
    {
        if (JournalRing.TryReadId(journal) is not { } id) return null;
        QueuePlace memory = JournalRing.PlaceOf(place.Name, id, place.Options, create: false);
        using RegionFolder? folder = memory.TryOpenFolder(port);
        if (folder == null || !memory.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts, readOnly: true)) return null;
        SegmentReader reader = Open(port, place, file, facts, journal);
        if (JournalRing.IsMadeOf(*reader._header, id, port.Inspect(journal))) return reader;
        port.Unmap((byte*)reader._header, reader.Geometry.FileSize);
        file.Dispose();
        return null;
    }

    private static SegmentReader Open(RegionPort port, QueuePlace place, SafeFileHandle file, in FileFacts facts, SafeFileHandle? journal)
    {
        byte* address = null;
        try
        {
            SegmentFormat.ThrowIfTooShort(facts.Size, place.Name);
            address = port.Map(file, facts.Size, place.Name, readOnly: true);
            return new SegmentReader(port, file, address, SegmentFormat.Read(address, facts.Size, place.Name), place, journal);
        }
        catch
        {
            if (address != null) port.Unmap(address, facts.Size);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the handle that an owner word names is attached.</summary>
    public bool IsAlive(long owner) => _participants.IsAlive(owner);

    /// <summary>The process that an owner word's entry shows; 0 if it is free or there is none.</summary>
    public int ProcessIdOf(long owner) => _participants.ProcessIdOf(owner);

    /// <summary>The word of a position's slot at this instant.</summary>
    public long WordOf(long position) => Volatile.Read(ref *(long*)Slot(position));

    /// <summary>Copies the message at a position; it is to be used only if <see cref="SlotContent.Message"/> is returned.</summary>
    /// <param name="position">Any; it need not lie between head and tail.</param>
    /// <param name="message">Room for a message's bytes.</param>
    public SlotContent Read(long position, Span<byte> message)
    {
        long word = WordOf(position); // E1
        if (word != SlotWord.Published(position))
            return SlotWord.Position(word) > position
                ? SlotContent.Gone
                : word == SlotWord.Tombstone(position)
                ? SlotContent.Tombstone
                : SlotContent.Unpublished;

        new ReadOnlySpan<byte>(Slot(position) + SlotLayout.WordSize, Geometry.MessageSize).CopyTo(message);
        Volatile.ReadBarrier();
        return CannotHaveBeenOverwritten(position) ? SlotContent.Message : SlotContent.Gone;
    }

    /// <summary>Lets go of memory and file. Precondition: no call is in progress.</summary>
    public void Dispose()
    {
        if (_file.IsClosed) return;
        _port.Unmap((byte*)_header, Geometry.FileSize);
        _file.Dispose();
        _journal?.Dispose();
    }

    /// <summary>See the remarks. Precondition: the message was read before, and a load fence stands in between.</summary>
    private bool CannotHaveBeenOverwritten(long position)
    {
        if (Head <= position) return true; // E2, B1
        if (!Roles.HasOneProducer) return (Volatile.Read(ref Ring.Tail) & ~Segment.CompletedBit) <= position + Ring.Capacity; // I1
        long before = position + Ring.Capacity - 1;
        return s_storesAreOrdered && SlotWord.Position(WordOf(before)) < before; // E1
    }

    private byte* Slot(long position) => Ring.Slots + ((position & Ring.Mask) * Geometry.SlotStride);

    private static int AnnouncementsOf(ref long gate) => (int)(Volatile.Read(ref gate) & int.MaxValue);
}

/// <summary>What a bystander finds at a position.</summary>
internal enum SlotContent
{
    /// <summary>A message, copied whole.</summary>
    Message,

    /// <summary>It will never have a message.</summary>
    Tombstone,

    /// <summary>Claimed, or not even that: no message yet.</summary>
    Unpublished,

    /// <summary>Taken, and perhaps overwritten before it was copied: what was copied cannot be shown to be whole.</summary>
    Gone,
}
