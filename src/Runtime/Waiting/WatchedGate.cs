namespace TypedShmQueue.Waiting;

/// <summary>
/// One of several gates that a thread parks at, and what it knows of it. All members are under one lock of those who use it, except
/// <see cref="ParkingWord"/>.
/// </summary>
/// <remarks>
/// An announcement stands until a waker raises the epoch, whether anybody is parked meanwhile or not. So a thread that comes back to a gate
/// whose epoch is what it was need neither announce, nor fence, nor look: whoever has published since that look found the announcement,
/// and has raised the epoch or is about to.
/// </remarks>
/// <param name="target">The gate.</param>
internal abstract class WatchedGate(WakeTarget target)
{
    private uint _epoch;
    private bool _announced;
    private bool _looked;
    private bool _hadWake;

    /// <summary>What to park on, once it is announced.</summary>
    public unsafe ParkingWord ParkingWord => new(target.Gate.EpochWord, Volatile.Read(ref _epoch));

    /// <summary>It is not waited for any more. Whoever finds that passes on a wake that it had.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether it is announced, and nobody has woken it since.</summary>
    public bool Stands => _announced && target.Gate.Epoch == _epoch;

    /// <summary>Whether it stands, and nothing was there after it was announced: nothing can have come without raising the epoch.</summary>
    public bool IsQuiet => _looked && Stands;

    /// <summary>Announces this thread; the caller fences (E3) before it looks again.</summary>
    public void AnnounceUnfenced()
    {
        _hadWake |= _announced; // it does not stand, so somebody raised it
        _looked = false;
        Volatile.Write(ref _epoch, target.Gate.AnnounceUnfenced());
        _announced = true;
        target.CountParking();
    }

    /// <summary>A parker here cannot fence others.</summary>
    public void LetWakersFence() => target.Gate.LetWakersFence();

    /// <summary>A look has begun after the gate was announced, if it was, and has found nothing.</summary>
    public void FoundNothing() => _looked = true;

    /// <summary>
    /// Nobody waits here for now. One who had parked may have taken a wake that was meant for another, and takes no message by itself:
    /// passes the wake on. The announcement stands, if nobody has raised the epoch.
    /// </summary>
    public void Leave()
    {
        bool wasRaised = _announced && target.Gate.Epoch != _epoch;
        if (!wasRaised && !_hadWake) return;
        if (wasRaised) _announced = false;
        _hadWake = false;
        PassWakeOn();
    }

    /// <summary>Wakes another one who is parked at the gate.</summary>
    protected abstract void PassWakeOn();
}
