using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>One handle's attachment to a segment: its mapping, its participant entry, and what is found through them.</summary>
internal sealed unsafe partial class Session : IPeers
{
    private readonly RegionPort _port;
    private readonly MappedRegion _region;
    private readonly QueuePlace _place;

    /// <summary>Where the segment's file is: where the queue is, or in memory if the queue is durable.</summary>
    private readonly QueuePlace _segment;
    private readonly QueueJournal? _journal;
    private readonly SegmentHeader* _header;

    /// <summary>Of a handle whose consumers see only what is committed.</summary>
    private readonly WantedCommits? _wantedCommits;

    private Session(RegionPort port, MappedRegion region, SegmentGeometry geometry, QueueContract contract, QueuePlace place)
        : this(port, region, geometry, contract, place, place, journal: null)
    {
    }

    private Session(RegionPort port, MappedRegion region, SegmentGeometry geometry, QueueContract contract, QueuePlace place,
        QueuePlace segment, QueueJournal? journal)
    {
        _segment = segment;
        _journal = journal;
        Contract = contract;
        _port = port;
        _region = region;
        _place = place;
        _header = (SegmentHeader*)region.Address;
        Geometry = geometry;
        Ring = new RingView(region.Address, geometry);
        Subscriptions = new SubscriptionsView(region.Address, geometry);
        Groups = new GroupsView(region.Address, geometry);
        if (geometry.MaxSubscriptions > 0) Clock.Begin(ref _header->Clock);
        Participants = new Participants(port, region, geometry, place.Name);
        Roles = new RoleHolder(Participants, place.Name);
        Lanes = new LaneTable(Ring, Participants, place.Name);
        NotEmpty = new WakeTarget(new Gate(&_header->NotEmptyGate), region, Participants.CountParking);
        NotFull = new WakeTarget(new Gate(&_header->NotFullGate), region, Participants.CountParking);
        ProducerPacing = new Pacing(place.Options.Wait, geometry.Capacity);
        ConsumerPacing = new Pacing(place.Options.Wait, geometry.Capacity);
        if (journal == null) return;
        Committer = NewCommitter(journal);
        if (Options.Visibility == Visibility.Committed) _wantedCommits = new WantedCommits(Committer, NotEmpty);
    }

    public string Name => _place.Name;

    public ShmQueueOptions Options => _place.Options;

    public QueueContract Contract { get; }

    /// <summary>Outlives every process, and not the queue: a queue that is created anew has another one.</summary>
    public ulong QueueId => _header->QueueId;

    /// <summary>The whole path of the queue's file.</summary>
    public string Path => _place.Path;

    public ObservedPlace Observed => new(_place.Directory, _place.Name);

    public SegmentGeometry Geometry { get; }

    public RingView Ring { get; }

    /// <summary>Of a broadcast queue; nothing in any other.</summary>
    public SubscriptionsView Subscriptions { get; }

    /// <summary>Of a queue with consumer groups; nothing in any other.</summary>
    public GroupsView Groups { get; }

    public Participants Participants { get; }

    public RoleHolder Roles { get; }

    public LaneTable Lanes { get; }

    /// <summary>Where consumers park.</summary>
    public WakeTarget NotEmpty { get; }

    /// <summary>Where producers park.</summary>
    public WakeTarget NotFull { get; }

    public Pacing ProducerPacing { get; }

    public Pacing ConsumerPacing { get; }

    /// <summary>The position behind what was sent or claimed, on whatever handle. Valid also after the queue was completed.</summary>
    public long Tail
    {
        get
        {
            long tail = Volatile.Read(ref Ring.Tail) & ~Segment.CompletedBit;
            GC.KeepAlive(_region);
            return tail;
        }
    }

    /// <summary>As long as this can be reached, the segment's addresses are valid.</summary>
    public object KeepMapped => _region;

    /// <summary>
    /// Whether somebody has deleted the queue. It costs no system call, and does not see a file that was taken away without that.
    /// </summary>
    public bool IsMarkedDeleted => Volatile.Read(ref _header->Deleted) != 0;

    /// <summary>
    /// Whether no other process can find this queue any more: it was deleted, or its file was taken away, moved or replaced, which nobody
    /// marks. Costs some system calls.
    /// </summary>
    public bool IsDeleted => IsMarkedDeleted || !HasName();

    /// <summary>Creates the queue. Null if the name is taken.</summary>
    public static Session? TryCreate(QueueContract contract, QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        SegmentGeometry geometry = new(place.Options.Capacity ?? contract.DefaultCapacity, contract.MessageSize,
            place.Options.MaxParticipants,
            contract.SchemaLength)
        {
            MaxSubscriptions = contract.Roles.IsBroadcast ? place.Options.MaxSubscriptions : 0,
            MaxGroups = contract.Roles.IsAcknowledged ? 1 : contract.Roles.IsBroadcast ? place.Options.MaxGroups : 0,
            MaxLeases = contract.Roles.IsAcknowledged || (contract.Roles.IsBroadcast && place.Options.MaxGroups > 0)
                ? place.Options.MaxLeases : 0,
            RetentionMilliseconds = contract.Roles.IsBroadcast ? (long?)place.Options.Retention?.TotalMilliseconds ?? 0 : 0,
        };
        if (!geometry.IsSane)
            throw new NotSupportedException($"A queue of {geometry.Capacity} slots for messages of {geometry.MessageSize} bytes cannot " +
                $"be made: a message may take 2^30 bytes, a schema {Segment.MaxSchemaLength}.");
        if (place.Options.Durability == Durability.Committed) return DurableOpening.TryCreate(contract, place, geometry);
        ThrowIfNoJournal(place);
        using RegionFolder folder = place.OpenFolder(port);
        using UnpublishedFile file = port.CreateUnpublished(folder, place.Name, geometry.FileSize, place.Options.Permissions);
        Steps.At("create: file without a name");
        MappedRegion? region = null;
        try
        {
            region = new MappedRegion(port, file.Handle, geometry.FileSize, place.Name);
            Steps.At("create: mapped");
            place.Prefault(region);
            SegmentFormat.Write(region.Address, geometry, contract.Identity);
            Steps.At("create: header written");
            Session session = new(port, region, geometry, contract, place);
            Steps.At("create: joined");
            if (file.TryPublish(folder, place.Name))
            {
                Steps.At("create: published");
                return session;
            }

            Steps.At("create: name is taken");
            session.Detach();
            return null;
        }
        catch
        {
            region?.Release();
            file.Handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens the queue. Null if there is none.</summary>
    public static Session? TryOpen(QueueContract contract, QueuePlace place) => TryOpen(contract, place, freesName: false, out _);

    /// <summary>Opens the queue. Null if there is none.</summary>
    /// <param name="contract">What the queue must be.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="freesName">Whether the caller needs the name free if the queue was deleted, and so waits a moment for another who is
    /// freeing it.</param>
    /// <param name="name">What became of a deleted queue's name.</param>
    public static Session? TryOpen(QueueContract contract, QueuePlace place, bool freesName, out NameRemoval name)
    {
        name = NameRemoval.NotThisFile;
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts)) return null;
        Steps.At("open: file open");
        if (JournalRing.IsJournal(file)) return DurableOpening.TryOpen(contract, place, file, acceptLoss: false, freesName, out name);
        MappedRegion? region = null;
        try
        {
            ThrowIfJournalIsDamaged(place, file);
            ThrowIfNoJournal(place);
            SegmentFormat.ThrowIfTooShort(facts.Size, place.Name);
            region = new MappedRegion(port, file, facts.Size, place.Name);
            Steps.At("open: mapped");
            Session? session = null;
            // First of all: a deleted queue's schema fits nobody any more, and its entries may all be taken.
            if (!SegmentFormat.IsMarkedDeleted(region.Address))
            {
                SegmentGeometry geometry = SegmentFormat.Read(region.Address, facts.Size, place.Name);
                SegmentFormat.Match(region.Address, geometry, contract.Identity, place.Name);
                JournalRing.ThrowIfRing((SegmentHeader*)region.Address, place);
                Steps.At("open: matched");
                place.Prefault(region);
                session = new(port, region, geometry, contract, place);
                Steps.At("open: joined");
                // Again: whoever deletes from here on deletes a queue that was open.
                if (!session.IsMarkedDeleted) return session;
            }

            // Whoever deleted it may have died before the name was free.
            name = QueueFile.RemoveName(port, folder, file, place.Name, waits: freesName);
            if (session != null) session.Detach();
            else region.Release();
            return null;
        }
        catch
        {
            region?.Release();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool IsAlive(long owner) => Participants.IsAlive(owner);

    /// <inheritdoc/>
    public void OnTombstone()
    {
        NotEmpty.Gate.Wake(Ring.IsBroadcast ? int.MaxValue : 1);
        NotFull.Gate.Wake(1);
    }

    /// <inheritdoc/>
    /// <remarks>In a broadcast queue subscriptions and other groups are parked at the same gate, and would keep the wake.</remarks>
    public void OnReturned(int messages) => NotEmpty.Gate.Wake(Subscriptions.Count > 0 ? int.MaxValue : messages);

    /// <summary>What is to be known about waiting, for one who waits by itself.</summary>
    public Pacing NewPacing() => new(_place.Options.Wait, Geometry.Capacity);

    /// <summary>
    /// Takes the lock under which subscriptions are found, begun and removed, if nobody has it. Precondition: no thread of this handle
    /// holds it. Its holder may be a process that is stopped, so no lock of this process is held while it is asked for again and again.
    /// </summary>
    public bool TryLockSubscribing() => _port.TryLock(_region.File, Segment.SubscribingLock);

    /// <summary>
    /// Takes the same lock, asking until its holder is done. Precondition: as above, and this thread holds no other lock.
    /// </summary>
    public void LockSubscribing()
    {
        SpinWait spin = default;
        while (!TryLockSubscribing()) spin.SpinOnce();
    }

    public void UnlockSubscribing() => _port.Unlock(_region.File, Segment.SubscribingLock);

    /// <summary>Marks the queue deleted and frees its name.</summary>
    public void Delete()
    {
        // Opened first, since it can fail: between the mark and the removal nothing is asked for that the system may not have. The
        // descriptor is this call's own: two threads that delete by one handle would hold the same lock.
        using QueueFile? named = QueueFile.TryReopen(_place, _journal?.Handle ?? _region.File);
        using QueueFile? inMemory = _journal == null ? null : QueueFile.TryReopen(_segment, _region.File);
        Volatile.Write(ref _header->Deleted, Environment.ProcessId);
        Steps.At("delete: marked");
        _ = QueueFile.RemoveNames(named, inMemory);
        GC.KeepAlive(this);
    }

    private bool HasName()
    {
        FileFacts facts = _port.Inspect(_journal?.Handle ?? _region.File);
        if (facts.Links == 0) return false;
        try
        {
            using RegionFolder? folder = _port.TryOpenFolder(_place.Directory);
            return folder != null && _port.Inspect(folder, _place.Name) is { } named && named.IsSameFileAs(facts);
        }
        catch (DirectoryNotFoundException)
        {
            return false; // something else stands in the folder's place
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueException)
        {
            // No descriptor left, or the way to the folder is barred to this user by now: the file has a name, and this is all that can be
            // said.
            return true;
        }
    }

    /// <summary>Unless the queue is <see cref="Durability.Cached"/>, returns when the disk has it as it is.</summary>
    public void FlushAtRest()
    {
        if (_place.Options.Durability != Durability.Cached) Flush();
    }

    /// <summary>Returns when the disk has the queue as it is. A deleted one is nobody's any more.</summary>
    public void Flush()
    {
        if (IsMarkedDeleted) return;
        if (Committer != null)
        {
            Committer.Flush(SentSoFar);
            return;
        }

        using RegionFolder? folder = _place.TryOpenFolder(_port);
        if (folder != null) _port.Flush(_region.File, folder);
    }

    /// <summary>For a handle whose consumers are done, and whose producers may not be. Does nothing if it has no such role.</summary>
    public void GiveConsumerRoleBack()
    {
        Roles.GiveBack(ref Ring.ConsumerRole);
        Steps.At("detach: consumer's role given back");
        GC.KeepAlive(_region);
    }

    /// <summary>Whether everything was let go of.</summary>
    public bool IsDetached => _region.IsReleased;

    /// <summary>
    /// Lets go of everything; if it throws before that, the next call begins again. Precondition: no thread of this handle relies on what
    /// it writes to the segment from here on.
    /// </summary>
    public void Detach()
    {
        Roles.GiveBack(ref Ring.ProducerRole);
        Steps.At("detach: producer's role given back");
        GiveConsumerRoleBack();
        Participants.Leave();
        Steps.At("detach: entry free");
        try
        {
            if (Committer == null) FlushAtRest();
            else FlushJournalAtEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueException)
        {
            // Dispose never throws: it often runs while another exception is on its way. Whoever wants to know calls Flush before.
        }
        finally
        {
            // The mapping first, then the file and with it the lock: nothing is written after the lock is gone.
            _region.Release(WakeForTheLate);
            Steps.At("detach: file closed");
            _journal?.Dispose();
        }
    }

    /// <summary>
    /// D2: wakes everybody once more, when no thread of this handle can take or send any more. A consumer that takes by a swap has no mark
    /// that Dispose could wait for. It may take until the memory is let go of, and finds no gate afterwards.
    /// </summary>
    /// <param name="address">Where the segment's first page is, mapped once more.</param>
    private static void WakeForTheLate(nint address)
    {
        SegmentHeader* header = (SegmentHeader*)address;
        _ = new Gate(&header->NotEmptyGate).WakeAll(); // D2, E3
        _ = new Gate(&header->NotFullGate).WakeAll(); // D2, E4
        Steps.At("detach: woken for the late");
    }
}
