using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>One handle's attachment to a segment: its mapping, its participant entry, and what is found through them.</summary>
internal sealed unsafe class Session : IPeers
{
    private readonly RegionPort _port;
    private readonly MappedRegion _region;
    private readonly QueuePlace _place;
    private readonly SegmentHeader* _header;

    private Session(RegionPort port, MappedRegion region, SegmentGeometry geometry, QueuePlace place)
    {
        _port = port;
        _region = region;
        _place = place;
        _header = (SegmentHeader*)region.Address;
        Geometry = geometry;
        Ring = new RingView(region.Address, geometry);
        Subscriptions = new SubscriptionsView(region.Address, geometry);
        Participants = new Participants(port, region, geometry, place.Name);
        Roles = new RoleHolder(Participants, place.Name);
        Lanes = new LaneTable(Ring, Participants, place.Name);
        NotEmpty = new WakeTarget(new Gate(&_header->NotEmptyGate), region, Participants.CountParking);
        NotFull = new WakeTarget(new Gate(&_header->NotFullGate), region, Participants.CountParking);
        ProducerPacing = new Pacing(place.Options.Wait, geometry.Capacity);
        ConsumerPacing = new Pacing(place.Options.Wait, geometry.Capacity);
    }

    public string Name => _place.Name;

    public ObservedPlace Observed => new(_place.Directory, _place.Name);

    public SegmentGeometry Geometry { get; }

    public RingView Ring { get; }

    /// <summary>Of a broadcast queue; nothing in any other.</summary>
    public SubscriptionsView Subscriptions { get; }

    public Participants Participants { get; }

    public RoleHolder Roles { get; }

    public LaneTable Lanes { get; }

    /// <summary>Where consumers park.</summary>
    public WakeTarget NotEmpty { get; }

    /// <summary>Where producers park.</summary>
    public WakeTarget NotFull { get; }

    public Pacing ProducerPacing { get; }

    public Pacing ConsumerPacing { get; }

    /// <summary>As long as this can be reached, the segment's addresses are valid.</summary>
    public object KeepMapped => _region;

    public bool IsDeleted => Volatile.Read(ref _header->Deleted) != 0;

    /// <summary>Creates the queue. Null if the name is taken.</summary>
    public static Session? TryCreate(QueueContract contract, QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        SegmentGeometry geometry = new(place.Options.Capacity ?? contract.DefaultCapacity, contract.SlotSize, place.Options.MaxParticipants, contract.SchemaLength)
        {
            MaxSubscriptions = contract.Roles.IsBroadcast ? place.Options.MaxSubscriptions : 0,
            RetentionMilliseconds = contract.Roles.IsBroadcast ? (long?)place.Options.Retention?.TotalMilliseconds ?? 0 : 0,
        };
        if (!geometry.IsSane)
            throw new NotSupportedException($"A queue of {geometry.Capacity} slots for messages of {geometry.MessageSize} bytes cannot be made: a message may take 2^30 bytes, a schema {Segment.MaxSchemaLength}.");

        using RegionFolder folder = place.OpenFolder(port);
        using UnpublishedFile file = port.CreateUnpublished(folder, place.Name, geometry.FileSize, place.Options.Permissions);
        Steps.At("create: file without a name");
        MappedRegion? region = null;
        try
        {
            region = new MappedRegion(port, file.Handle, geometry.FileSize, place.Name);
            Steps.At("create: mapped");
            SegmentFormat.Write(region.Address, geometry, contract.Identity);
            Steps.At("create: header written");
            Session session = new(port, region, geometry, place);
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
    public static Session? TryOpen(QueueContract contract, QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts)) return null;
        Steps.At("open: file open");
        MappedRegion? region = null;
        try
        {
            SegmentFormat.ThrowIfTooShort(facts.Size, place.Name);
            region = new MappedRegion(port, file, facts.Size, place.Name);
            Steps.At("open: mapped");
            SegmentGeometry geometry = SegmentFormat.Read(region.Address, facts.Size, place.Name);
            SegmentFormat.Match(region.Address, geometry, contract.Identity, place.Name);
            Steps.At("open: matched");
            Session session = new(port, region, geometry, place);
            Steps.At("open: joined");
            if (!session.IsDeleted) return session;

            // Whoever deleted it may have died before the name was free.
            _ = QueueFiles.RemoveName(port, folder, file, place.Name);
            session.Detach();
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
        NotEmpty.Gate.Wake(Subscriptions.Count > 0 ? int.MaxValue : 1);
        NotFull.Gate.Wake(1);
    }

    /// <summary>What is to be known about waiting, for one who waits by itself.</summary>
    public Pacing NewPacing() => new(_place.Options.Wait, Geometry.Capacity);

    /// <summary>Takes the lock under which subscriptions are found, begun and removed. Precondition: no thread of this handle holds it.</summary>
    public void LockSubscribing() => _port.Lock(_region.File, Segment.SubscribingLock);

    public void UnlockSubscribing() => _port.Unlock(_region.File, Segment.SubscribingLock);

    /// <summary>Marks the queue deleted and frees its name.</summary>
    public void Delete()
    {
        Volatile.Write(ref _header->Deleted, 1);
        Steps.At("delete: marked");
        using RegionFolder? folder = _place.TryOpenFolder(_port);
        if (folder != null) _ = QueueFiles.RemoveName(_port, folder, _region.File, _place.Name);
        GC.KeepAlive(this);
    }

    /// <summary>With <see cref="Durability.AtRest"/>, returns when the disk has the queue as it is. A deleted one is nobody's any more.</summary>
    public void Flush()
    {
        if (_place.Options.Durability != Durability.AtRest || IsDeleted) return;
        using RegionFolder? folder = _place.TryOpenFolder(_port);
        if (folder != null) _port.Flush(_region.File, folder);
    }

    /// <summary>Lets go of everything. Precondition: no thread of this handle will write to the segment any more.</summary>
    public void Detach()
    {
        Roles.GiveBack(ref Ring.ProducerRole);
        Steps.At("detach: producer's role given back");
        Roles.GiveBack(ref Ring.ConsumerRole);
        Steps.At("detach: consumer's role given back");
        Participants.Leave();
        Steps.At("detach: entry free");
        try
        {
            Flush();
        }
        finally
        {
            // The mapping first, then the file and with it the lock: nothing is written after the lock is gone.
            _region.Release();
            Steps.At("detach: file closed");
        }
    }
}
