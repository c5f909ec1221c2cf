using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue;

/// <summary>
/// The opening of a durable queue: its journal has the name, and its ring is in memory. A ring that is there is up to date, since processes
/// that die leave it; where there is none, one opener makes it out of the journal, and the others wait for it.
/// </summary>
internal static unsafe class DurableOpening
{
    /// <summary>How long an opener waits for a process that is attached, and whose ring it does not find: it may be just leaving.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Creates the queue. Null if the name is taken.</summary>
    public static Session? TryCreate(QueueContract contract, QueuePlace place, SegmentGeometry geometry)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder folder = place.OpenFolder(port);
        if (port.WhyNotDurable(folder.Handle) is { } reason)
            throw new ShmQueueDurabilityException(place.Name, $"The queue '{place.Name}' cannot be durable: '{place.Directory}' is on " +
                $"{reason}. Set ShmQueueOptions.Directory to a folder on a local disk, or Durability to Cached.");
        JournalHeader header = JournalContract.Of(contract, place, geometry);
        using UnpublishedFile file = port.CreateUnpublished(folder, place.Name, header.FileLength, place.Options.Permissions);
        QueueJournal journal = new(port, new JournalFile(file.Handle, place.Path), place.Path, header);
        try
        {
            JournalWriter<JournalRules>.Create(journal.File, header);
            Steps.At("durable create: journal written");
            // Before the name is there: whoever finds it waits for the ring.
            if (!journal.TryBeginOpening() || !journal.TryBeAlone())
                throw new IOException($"The locks of a new journal in '{place.Directory}' cannot be taken.");
            Session? session = Make(contract, place, journal, contents: null, () => Publish(port, folder, file, place));
            if (session == null) journal.Dispose();
            else JournalRing.RemoveDeleted(place);
            return session;
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
    /// <param name="freesName">As for <see cref="Session.TryOpen(QueueContract, QueuePlace, bool, out NameRemoval)"/>.</param>
    /// <param name="name">What became of a deleted queue's name.</param>
    public static Session? TryOpen(QueueContract contract, QueuePlace place, SafeFileHandle file, bool acceptLoss, bool freesName,
        out NameRemoval name)
    {
        RegionPort port = RegionPort.Current;
        JournalFile journalFile = new(file, place.Path);
        try
        {
            QueueJournal journal = new(port, journalFile, place.Path, JournalReader<JournalRules>.ReadHeader(journalFile, place.Name));
            JournalContract.Match(journal.Header, contract, place);
            return TryOpen(contract, place, journal, acceptLoss, freesName, out name);
        }
        catch
        {
            journalFile.Dispose();
            throw;
        }
    }

    private static Session? TryOpen(QueueContract contract, QueuePlace place, QueueJournal journal, bool acceptLoss, bool freesName,
        out NameRemoval name)
    {
        name = NameRemoval.NotThisFile;
        QueuePlace memory = JournalRing.PlaceOf(place.Name, journal.Header.QueueId, place.Options, create: true);
        SpinWait spin = default;
        while (true)
        {
            // While another makes the ring, this one keeps off the lock that the other must have alone: of many openers after a power
            // failure, there would always be one that has it.
            bool isDeleted = false;
            if ((!journal.IsBeingOpened || HasRing(memory))
                && TryAttach(contract, place, memory, journal, out isDeleted) is { } attached) return attached;
            if (isDeleted) name = QueueFile.RemoveNames(place, journal.Handle, memory, waits: freesName);
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
        long began = Stopwatch.GetTimestamp();
        SpinWait spin = default;
        while (!journal.TryBeAlone())
        {
            if (Stopwatch.GetElapsedTime(began) > s_patience)
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
        QueuePlace memory = JournalRing.PlaceOf(place.Name, journal.Header.QueueId, place.Options, create: true);
        SegmentGeometry geometry = JournalContract.GeometryOf(journal.Header);
        using RegionFolder folder = memory.OpenFolder(port);
        using UnpublishedFile file = NewRing(port, folder, place, memory, geometry);
        MappedRegion? region = null;
        try
        {
            region = new MappedRegion(port, file.Handle, geometry.FileSize, place.Name);
            place.Prefault(region);
            SegmentFormat.Write(region.Address, geometry, new SegmentIdentity(geometry.MessageSize, journal.Header.SchemaId,
                journal.Header.Schema.Span, new RoleFlags(journal.Header.Roles)));
            RingParts parts = new(region.Address, geometry);
            JournalRing.Describe(parts, journal);
            if (contents != null && !RingRebuild.TryFill(parts, contents))
                throw new ShmQueueCorruptException(place.Name, $"The journal of the queue '{place.Name}' is whole, but no queue " +
                    $"operation writes what it holds. Restore '{place.Path}' from a backup, or delete the queue.");
            JournalPosition* position = (JournalPosition*)&parts.Header->Commits.Position;
            *position = contents?.Position ?? JournalPosition.Beginning(geometry.Capacity);
            RingSource<HardwareMemory> source = new(parts, NoPeers.Instance, &position->Limit);
            journal.Writer.Rewrite(ref *position, ref source);
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
            journal.AttachFromAlone(); // nobody is alone in between: whoever asks for that has the opening lock
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

    /// <summary>The ring's file. Errors name the queue, and what moves its ring.</summary>
    private static UnpublishedFile NewRing(RegionPort port, RegionFolder folder, QueuePlace place, QueuePlace memory,
        SegmentGeometry geometry)
    {
        try
        {
            return port.CreateUnpublished(folder, memory.Name, geometry.FileSize, place.Options.Permissions);
        }
        catch (ShmQueueLimitException e) when (e.Limit == ShmQueueLimit.Space)
        {
            throw new ShmQueueLimitException(place.Name, ShmQueueLimit.Space, string.Create(CultureInfo.InvariantCulture,
                $"The durable queue '{place.Name}' needs {geometry.FileSize:N0} bytes of memory in '{memory.Directory}', beside its " +
                $"journal '{place.Path}', and they are not to be had. Free space there, lower the capacity, or set the environment " +
                $"variable {LinuxRegionPort.DirectoryVariable} to another folder in memory in every process that uses the queue."), e);
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
