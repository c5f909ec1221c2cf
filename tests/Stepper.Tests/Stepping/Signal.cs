namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>Set by one thread, awaited and taken by another. Nothing to dispose, so it may go while its setter is still leaving.</summary>
internal sealed class Signal
{
    private const int Spins = 50;

    private readonly object _monitor = new();
    private volatile bool _set;

    public void Set()
    {
        lock (_monitor)
        {
            _set = true;
            Monitor.PulseAll(_monitor);
        }
    }

    public void Take()
    {
        for (int i = 0; i < Spins && !_set; i++) Thread.SpinWait(20);
        lock (_monitor)
        {
            while (!_set) Monitor.Wait(_monitor);
            _set = false;
        }
    }
}
