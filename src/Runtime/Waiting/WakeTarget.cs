namespace TypedShmQueue.Waiting;

/// <summary>A gate as an object, for those who wake it from afar: it keeps the gate's memory mapped.</summary>
/// <param name="gate">The gate.</param>
/// <param name="keepMapped">As long as this can be reached, the gate's memory is mapped.</param>
/// <param name="onPark">Counts one stay in the kernel.</param>
internal sealed class WakeTarget(Gate gate, object keepMapped, Action onPark)
{
    private readonly object _keepMapped = keepMapped;

    public Gate Gate => gate;

    public void WakeAll()
    {
        gate.WakeAll();
        GC.KeepAlive(_keepMapped);
    }

    public void CountParking() => onPark();
}
