using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// One blocking call's wait, after its first eager looks, one step at a time. The caller looks, and if there is nothing asks
/// <see cref="TryNext"/>, which stays away a little, or announces (so that the caller's next look is the second one of E3), or parks.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct Waiter
{
    private const int LooksBetweenChecks = 16;

    /// <summary>Spinning before the core is offered to others: whoever is waited for may be waiting for it.</summary>
    private static readonly long s_ownSpinning = Stopwatch.Frequency / 500_000; // 2 us

    private readonly ParkingPlace _target;
    private readonly Pacing _pacing;
    private readonly Deadline _deadline;
    private readonly CancellationToken _cancellation;
    private readonly ref long _progress;
    private CancellationTokenRegistration _registration;
    private readonly long _began;
    private readonly bool _isTrial;
    private readonly bool _spins;
    private readonly long _switches;
    private long _away;
    private int _looks;
    private bool _announced;
    private bool _registered;
    private bool _gaveUp;
    private uint _epoch;

    /// <param name="target">Where to park.</param>
    /// <param name="pacing">What is known about how to wait here.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellation">What else ends the wait.</param>
    /// <param name="progress">A word that grows with every message of anybody.</param>
    public Waiter(ParkingPlace target, Pacing pacing, Deadline deadline, CancellationToken cancellation, ref long progress)
    {
        _target = target;
        _pacing = pacing;
        _deadline = deadline;
        _cancellation = cancellation;
        _progress = ref progress;
        _began = Stopwatch.GetTimestamp();
        _isTrial = pacing.BeginTrial();
        _spins = pacing.SpinsAtAll || _isTrial;
        if (_isTrial) _switches = ParkingPort.Current.SwitchesOfThisThread;
    }

    /// <summary>How often this wait has parked.</summary>
    public int Parked { get; private set; }

    /// <summary>How long this wait has taken, in <see cref="Stopwatch"/> ticks.</summary>
    public readonly long Elapsed => Stopwatch.GetTimestamp() - _began;

    /// <summary>Whether the next step is a park: the caller's last look finds out, too, what would be missed by being away.</summary>
    public readonly bool IsAboutToPark => _announced;

    /// <summary>How long a park may last, from now on; see <see cref="ParkLength"/>.</summary>
    public TimeSpan LongestPark { private get; set; } = ParkLength.Longest;

    /// <summary>Waits a little. False: the deadline has passed. True: look again.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryNext()
    {
        _gaveUp = true;
        bool goesOn = TryWait();
        _gaveUp = !goesOn;
        return goesOn;
    }

    private bool TryWait()
    {
        if (_announced) return (Parked == 0 || !IsOver()) && Park();
        if (!_spins) return Announce();
        if (++_looks % LooksBetweenChecks == 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (_deadline.HasPassed) return false;
            long spun = Elapsed - _away;
            if (spun >= (_isTrial ? Pacing.TrialSpinning : _pacing.Spinning)) return Announce();
            if (spun >= s_ownSpinning && !_isTrial && _pacing.Yields) _away += _pacing.Yield(ref _progress);
        }

        Pacing.Delay(Pacing.TurnsBetweenLooks);
        return true;
    }

    /// <summary>
    /// To be called when the wait is over, however it ended. Does not wait for a cancellation under way, and so cannot throw for a thread
    /// that is interrupted: what a late one wakes is mapped, and those who wake look again.
    /// </summary>
    public readonly void End()
    {
        _registration.Unregister();
        bool spinningEndedIt = _spins && !_announced && !_gaveUp && Parked == 0 && _away == 0;
        if (_isTrial) _pacing.EndTrial(spinningEndedIt && ParkingPort.Current.SwitchesOfThisThread == _switches);
        else _pacing.Waited(spinningEndedIt);
    }

    private bool Announce()
    {
        if (!_registered)
        {
            _registered = true;
            Steps.CanThrow("park: cancellation registered");
            // A cancellation wakes everybody who is parked here; those it does not concern look and park again.
            _registration = _cancellation.UnsafeRegister(static target => ((ParkingPlace)target!).WakeAll(), _target);
        }

        _epoch = _target.Announce();
        _announced = true;
        // After the epoch is read: a cancellation from here on raises it.
        return !IsOver();
    }

    private readonly bool IsOver()
    {
        _cancellation.ThrowIfCancellationRequested();
        return _deadline.HasPassed;
    }

    private bool Park()
    {
        Parked++;
        _target.CountParking();
        Steps.At("park: looked again");
        TimeSpan left = _deadline.Left;
        _target.Park(_epoch, left < LongestPark ? left : LongestPark);
        Steps.At("park: awake");
        // Look first: whoever was woken finds its message without paying for another fence. Whom nobody woke parks again by the same
        // announcement: it is cleared only after the epoch was raised.
        _announced = _target.IsUnchanged(_epoch);
        return true;
    }
}
