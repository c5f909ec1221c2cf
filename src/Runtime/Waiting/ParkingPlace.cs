namespace TypedShmQueue.Waiting;

/// <summary>Where a blocking call parks, as its <see cref="Waiter"/> sees it: one gate, or many at a time.</summary>
internal abstract class ParkingPlace
{
    /// <summary>Announces this thread, and fences (E3). The caller looks once more at what it waits for, and then parks.</summary>
    /// <returns>What to park on.</returns>
    public abstract uint Announce();

    /// <summary>Whether nobody has woken the place since it was announced: then the announcement still stands.</summary>
    /// <param name="announced">What <see cref="Announce"/> returned.</param>
    public abstract bool IsUnchanged(uint announced);

    /// <summary>Parks until woken, at most for this time, or for no reason.</summary>
    /// <param name="announced">What <see cref="Announce"/> returned.</param>
    /// <param name="atMost">The longest park.</param>
    public abstract void Park(uint announced, TimeSpan atMost);

    /// <summary>Wakes whoever is parked here, so that a call that is cancelled ends.</summary>
    public abstract void WakeAll();

    /// <summary>Counts one stay in the kernel.</summary>
    public abstract void CountParking();
}

/// <summary>A gate as an object, for those who wake it from afar: it keeps the gate's memory mapped.</summary>
/// <param name="gate">The gate.</param>
/// <param name="keepMapped">As long as this can be reached, the gate's memory is mapped.</param>
/// <param name="onPark">Counts one stay in the kernel.</param>
/// <param name="wakersFence">
/// Whether who wakes fences, and not who parks: where what a wake is for takes long, as a commit does. Precondition: everybody who wakes
/// and parks at that gate does so by an object that says the same.
/// </param>
internal sealed class WakeTarget(Gate gate, object keepMapped, Action onPark, bool wakersFence = false) : ParkingPlace
{
    private readonly object _keepMapped = keepMapped;

    public Gate Gate => gate;

    /// <inheritdoc/>
    public override uint Announce()
    {
        if (!wakersFence) return gate.Announce();
        uint epoch = gate.AnnounceUnfenced();
        Interlocked.MemoryBarrier(); // E3, with the waker's own in WakeAndCount
        Steps.At("park: fenced");
        return epoch;
    }

    /// <inheritdoc/>
    public override bool IsUnchanged(uint announced) => gate.Epoch == announced;

    /// <inheritdoc/>
    public override void Park(uint announced, TimeSpan atMost) => gate.Park(announced, atMost);

    /// <inheritdoc/>
    public override void WakeAll() => _ = WakeAndCount();

    /// <summary>As <see cref="WakeAll"/>.</summary>
    /// <returns>How many were parked.</returns>
    public int WakeAndCount()
    {
        if (wakersFence) Interlocked.MemoryBarrier(); // E3, with the parker's own in Announce
        int woken = gate.WakeAll();
        GC.KeepAlive(_keepMapped);
        return woken;
    }

    /// <inheritdoc/>
    public override void CountParking() => onPark();
}
