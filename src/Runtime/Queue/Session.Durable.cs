using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue;

/// <content>The handle of a durable queue: its ring is in memory, and its journal has its name.</content>
internal sealed unsafe partial class Session
{
    /// <summary>The commits of a durable queue; null in any other.</summary>
    public Committer? Committer { get; }

    /// <summary>The same, if this handle's calls that send wait for a commit, or see to it that one follows.</summary>
    public Committer? CommitterOfCalls => Options.Durability == Durability.Committed ? Committer : null;

    /// <summary>The whole path of the file that is mapped.</summary>
    public string RingPath
    {
        get
        {
            if (Committer == null) return Path;
            string path = JournalRing.PlaceOf(Name, _header->JournalId, Options, create: false).Path;
            GC.KeepAlive(this);
            return path;
        }
    }

    /// <summary>Up to where this handle's consumers see messages. Valid as long as the segment is mapped.</summary>
    public VisibleEnd Visible => Options.Visibility == Visibility.Committed ? new(Committer!.LimitWord) : default;

    /// <summary>What the commits of all processes have done; null if the queue is not durable.</summary>
    public ShmQueueCommits? Commits
    {
        get
        {
            if (Committer == null) return null;
            ShmQueueCommits commits = ShmQueueCommits.Of(ref Committer.Words, Committer.Limit, Volatile.Read(ref Ring.Tail));
            GC.KeepAlive(this);
            return commits;
        }
    }

    /// <summary>
    /// The position behind what was sent, on whatever handle, up to a writer that this thread holds open: it would wait for itself.
    /// </summary>
    public long SentSoFar
    {
        get
        {
            long tail = Tail;
            foreach (ThreadLane lane in Lanes.OpenOfThisThread()) tail = Math.Min(tail, lane.OpenPosition);
            GC.KeepAlive(_region);
            return tail;
        }
    }

    /// <summary>
    /// Attaches to the ring of a durable queue. Null if there is none that is the queue's now, or it is deleted. Precondition: nobody makes
    /// a ring meanwhile.
    /// </summary>
    public static Session? TryAttachToRing(QueueContract contract, QueuePlace place, QueuePlace segment, QueueJournal journal,
        out bool isDeleted)
    {
        isDeleted = false;
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = segment.TryOpenFolder(port);
        if (folder == null || !segment.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts)) return null;
        MappedRegion? region = null;
        try
        {
            if (facts.Size < Segment.HeaderSize) throw Damaged(place, segment, null);
            region = new MappedRegion(port, file, facts.Size, place.Name);
            Session? session = null;
            if (!SegmentFormat.IsMarkedDeleted(region.Address))
            {
                SegmentGeometry geometry = ReadGeometry(region, facts, place, segment);
                SegmentFormat.Match(region.Address, geometry, contract.Identity, place.Name);
                ParticipantsView participants = new(port, file, region.Address, geometry.MaxParticipants);
                if (!JournalRing.IsCurrent((SegmentHeader*)region.Address, journal, place, participants))
                {
                    _ = QueueFile.RemoveName(port, folder, file, segment.Name, waits: true);
                    region.Release();
                    return null;
                }

                place.Prefault(region);
                session = new Session(port, region, geometry, contract, place, segment, journal);
                Steps.At("durable open: joined");
                if (!session.IsMarkedDeleted && port.Inspect(file).Links > 0) return session;
            }

            // One whose file is gone, without a mark, is none.
            isDeleted = SegmentFormat.IsMarkedDeleted(region.Address);
            if (session != null) session.DetachFromRing();
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

    private static SegmentGeometry ReadGeometry(MappedRegion region, in FileFacts facts, QueuePlace place, QueuePlace segment)
    {
        try
        {
            return SegmentFormat.Read(region.Address, facts.Size, place.Name);
        }
        catch (ShmQueueCorruptException e)
        {
            throw Damaged(place, segment, e);
        }
    }

    /// <summary>The ring can be made again, and the journal cannot: the advice must not be to remove the queue.</summary>
    private static ShmQueueCorruptException Damaged(QueuePlace place, QueuePlace segment, Exception? why) => new(place.Name,
        $"The memory of the durable queue '{place.Name}', '{segment.Path}', is not what this version of the library makes: another " +
        $"version made it, or something else wrote to it. Its journal '{place.Path}' is another file. End the processes that use the " +
        $"queue and remove '{segment.Path}', and only that: the next opening makes it anew from the journal, with all that is committed.",
        why);

    /// <summary>The first handle on a ring that was just made of a journal.</summary>
    public static Session OfNewRing(QueueContract contract, QueuePlace place, QueuePlace segment, MappedRegion region,
        SegmentGeometry geometry, QueueJournal journal) =>
        new(RegionPort.Current, region, geometry, contract, place, segment, journal);

    /// <inheritdoc/>
    public void OnUncommitted(long end) => _wantedCommits!.SeeTo(end);

    /// <summary>Calls that wait for a commit end.</summary>
    public void EndCommitting() => Committer?.Close();

    /// <summary>
    /// Commits at the handle's end, if it commits at all. A deleted queue is nobody's any more. Precondition: calls that wait for commits
    /// have ended.
    /// </summary>
    private void FlushJournalAtEnd()
    {
        if (Options.Durability != Durability.Cached && !IsMarkedDeleted) Committer!.FlushAtEnd(SentSoFar);
    }

    private Committer NewCommitter(QueueJournal journal) => new(_port, _region, journal, Name, new RingParts(_region.Address, Geometry),
        this, Participants.CountParking, Options.CommitWithin);

    /// <summary>Whether this handle needs a journal, and the file of the name is not even a queue without one.</summary>
    /// <exception cref="ShmQueueCorruptException">It is so.</exception>
    private static void ThrowIfJournalIsDamaged(QueuePlace place, SafeFileHandle file)
    {
        bool isDurable = place.Options.Durability == Durability.Committed || place.Options.Visibility == Visibility.Committed;
        if (isDurable && QueueFile.MagicOf(file) != Segment.Magic)
            throw new ShmQueueCorruptException(place.Name, $"'{place.Path}' begins neither as a journal nor as a queue without one. If " +
                $"'{place.Name}' was durable, something else wrote to its journal, and what follows the beginning may be whole: keep the " +
                $"file, and restore it from a backup. If it was not, choose another name.");
    }

    private static void ThrowIfNoJournal(QueuePlace place)
    {
        if (place.Options.Durability == Durability.Committed)
            throw new ShmQueueDurabilityException(place.Name, $"The queue '{place.Name}' in '{place.Directory}' has no journal: it was " +
                $"created without Durability.Committed. Open it with Durability.Cached or AtRest, or delete it and create it again.");
        if (place.Options.Visibility == Visibility.Committed)
            throw new ShmQueueDurabilityException(place.Name, $"The queue '{place.Name}' in '{place.Directory}' has no journal, so " +
                $"nothing of it is ever committed, and a consumer with Visibility.Committed would never see a message. Open it with " +
                $"Visibility.AtOnce, or create it with Durability.Committed.");
    }

    /// <summary>Lets go of a ring that is not the queue's any more, and keeps the journal open.</summary>
    private void DetachFromRing()
    {
        Participants.Leave();
        _region.Release(WakeForTheLate);
    }
}
