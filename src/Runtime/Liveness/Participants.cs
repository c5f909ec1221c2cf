using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Liveness;

/// <summary>
/// Who is attached. Each handle holds the lock on one byte of the file, taken on its own open file, and the kernel drops it when the
/// process dies: no timer, no process id, nothing that a pause, a container or a reused id could fool.
/// </summary>
/// <remarks>
/// The lock is also the election: who gets the byte has the entry, and its former occupant is gone for good. Generation is raised
/// next, so everything that names the former occupant is stale. In between, a look at the entry finds a held lock and the old
/// generation, and takes the dead for alive: that is safe, and the next look is right.
/// </remarks>
internal sealed unsafe class Participants
{
    /// <summary>Most of them offer the core to others: a joiner may have been put off its own.</summary>
    private const int MostLooksAtJoiner = 64;

    private readonly RegionPort _port;
    private readonly MappedRegion _region;
    private readonly ParticipantRecord* _records;
    private readonly int _count;
    private readonly int _self;

    /// <summary>Takes an entry.</summary>
    /// <exception cref="ShmQueueLimitException">Every entry's holder lives.</exception>
    public Participants(RegionPort port, MappedRegion region, SegmentGeometry geometry, string queueName)
    {
        _port = port;
        _region = region;
        _records = (ParticipantRecord*)(region.Address + SegmentGeometry.ParticipantsOffset);
        _count = geometry.MaxParticipants;
        View = new ParticipantsView(port, region.File, region.Address, geometry.MaxParticipants);
        _self = Join(queueName);
        Self = new OwnerWord(_self, _records[_self].Generation);
    }

    /// <summary>The word that names this handle.</summary>
    public OwnerWord Self { get; }

    /// <summary>Every participant, for callers that only read.</summary>
    public ParticipantsView View { get; }

    /// <summary>Whether the handle that an owner word names is attached.</summary>
    public bool IsAlive(long owner) => owner == Self.Word || View.IsAlive(owner);

    /// <summary>
    /// As <see cref="IsAlive"/>, for a caller that is refused something because of the answer: it asks again for a little while.
    /// </summary>
    public bool IsAliveForSure(long owner)
    {
        SpinWait spin = default;
        while (IsAlive(owner))
        {
            if (owner == Self.Word || !LooksAgain(ref spin)) return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a caller that is about to be refused something, because those who have it live, looks once more; it offers the core to
    /// others first. While a process joins in a dead one's entry, or clears it, the dead one seems to live for some instructions, and no
    /// entry is free. A process that is paused just there is waited for by nobody.
    /// </summary>
    public static bool LooksAgain(ref SpinWait spin)
    {
        if (spin.Count >= MostLooksAtJoiner) return false;
        Steps.At("liveness: to be asked again");
        spin.SpinOnce(sleep1Threshold: -1);
        return true;
    }

    /// <summary>The process id that an owner word's entry shows; for messages only.</summary>
    public int ProcessIdOf(long owner) => View.ProcessIdOf(owner);

    /// <summary>Counts one stay in the kernel; for statistics.</summary>
    public void CountParking() => Interlocked.Increment(ref _records[_self].Parked);

    /// <summary>Says that the entry is free rather than dead. The lock goes with the file, last of all.</summary>
    public void Leave() => Volatile.Write(ref _records[_self].ProcessId, 0);

    /// <summary>Everybody who is attached or died attached. Allocates; a system call for each.</summary>
    public IReadOnlyList<ShmQueueParticipant> Snapshot() => View.Snapshot(_self);

    /// <summary>
    /// Clears the entries of the dead. How many there were. A live one's lock is held, and an entry is cleared under its lock only.
    /// </summary>
    /// <remarks>
    /// For the one store under it the lock makes the dead one seem to live, and its entry taken. Whoever is refused something by that looks
    /// again (<see cref="LooksAgain"/>); whoever only asks is safe with "alive", and asks again later.
    /// </remarks>
    public int Bury()
    {
        int dead = 0;
        for (int i = 0; i < _count; i++)
        {
            if (i == _self || Volatile.Read(ref _records[i].ProcessId) == 0
                || !_port.TryLock(_region.File, Segment.FirstParticipantLock + i)) continue;
            Steps.At("liveness: entry to be cleared");
            Volatile.Write(ref _records[i].ProcessId, 0);
            _port.Unlock(_region.File, Segment.FirstParticipantLock + i);
            Steps.At("liveness: entry cleared");
            dead++;
        }

        return dead;
    }

    private int Join(string queueName)
    {
        SpinWait spin = default;
        do
        {
            // In order: so the entry of a dead one is soon another's, and nobody has to bury it.
            for (int i = 0; i < _count; i++)
            {
                if (TryJoin(i)) return i;
            }
        }
        while (LooksAgain(ref spin));

        throw new ShmQueueLimitException(queueName, ShmQueueLimit.Participants,
            $"All {_count} participant entries of the queue '{queueName}' are held by live handles. Dispose some handles, or create the " +
                $"queue with a larger ShmQueueOptions.MaxParticipants.");
    }

    private bool TryJoin(int entry)
    {
        if (!_port.TryLock(_region.File, Segment.FirstParticipantLock + entry)) return false;
        Steps.At("join: locked");
        ref ParticipantRecord record = ref _records[entry];
        Volatile.Write(ref record.Generation, record.Generation + 1);
        Steps.At("join: generation raised");
        record.JoinedUnixMilliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        record.Parked = 0;
        record.ProcessName = NameOfThisProcess();
        Steps.At("join: described");
        Volatile.Write(ref record.ProcessId, Environment.ProcessId);
        return true;
    }

    private static ShmText64 NameOfThisProcess()
    {
        ReadOnlySpan<char> name = Path.GetFileNameWithoutExtension(Environment.ProcessPath ?? "?");
        // Cut at a character count that always fits: no name is worth an error here.
        if (name.Length > 20) name = name[..20];
        return ShmText64.TryCreate(name, out ShmText64 text) ? text : default;
    }
}
