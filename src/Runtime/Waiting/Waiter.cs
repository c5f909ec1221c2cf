using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// One blocking call's wait, one step at a time. The caller looks, and if there is nothing asks <see cref="TryNext"/>, which spins a
/// little, or announces (so that the caller's next look is the second one of E3), or parks.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct Waiter
{
    private readonly Gate _gate;
    private readonly SpinBudget _budget;
    private readonly Deadline _deadline;
    private readonly CancellationToken _cancellation;
    private readonly WakeTarget _target;
    private CancellationTokenRegistration _registration;
    private int _looksLeft;
    private bool _announced;
    private bool _registered;
    private uint _epoch;

    public Waiter(Gate gate, WakeTarget target, SpinBudget budget, Deadline deadline, CancellationToken cancellation)
    {
        _gate = gate;
        _target = target;
        _budget = budget;
        _deadline = deadline;
        _cancellation = cancellation;
        _looksLeft = budget.Looks;
    }

    /// <summary>How often this wait has parked.</summary>
    public int Parked { get; private set; }

    /// <summary>Whether the next step would park: the caller looks more closely first.</summary>
    public readonly bool IsAboutToPark => _announced || _looksLeft % 1024 == 1023;

    /// <summary>Waits a little. False: the deadline has passed. True: look again.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryNext()
    {
        if (_looksLeft > 0)
        {
            if ((_looksLeft-- & 63) == 0)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (_deadline.HasPassed) return false;
            }

            Thread.SpinWait(1);
            return true;
        }

        return _announced ? Park() : Announce();
    }

    /// <summary>To be called when the wait is over, however it ended.</summary>
    public readonly void End()
    {
        if (Parked > 0) _budget.SpinningWasIdle();
        else _budget.SpinningPaid();
        _registration.Dispose();
    }

    private bool Announce()
    {
        if (!_registered)
        {
            _registered = true;
            // A cancellation wakes everybody who is parked here; those it does not concern look and park again.
            _registration = _cancellation.UnsafeRegister(static target => ((WakeTarget)target!).WakeAll(), _target);
        }

        _epoch = _gate.Announce();
        _announced = true;
        // After the epoch is read: a cancellation from here on raises it.
        _cancellation.ThrowIfCancellationRequested();
        return !_deadline.HasPassed;
    }

    private bool Park()
    {
        Parked++;
        _target.CountParking();
        _gate.Park(_epoch, _deadline.Left);
        _announced = false;
        return Announce();
    }
}
