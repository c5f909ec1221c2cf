using System.Runtime.InteropServices;
using TypedShmQueue.Bench.Measuring;

namespace TypedShmQueue.Bench.Durable;

/// <summary>
/// What waiting threads can get at most: all of them come, the last one writes and syncs once for all, and one call wakes them. There is
/// no queue and no election, and nobody comes too late.
/// </summary>
internal sealed unsafe class GroupFloor(DiskFloor disk) : IDisposable
{
    private readonly uint* _epoch = (uint*)NativeMemory.AllocZeroed(sizeof(uint));
    private readonly Lock _lock = new();
    private int _members;
    private int _arrived;

    public Member Join()
    {
        lock (_lock) _members++;
        return new Member(this);
    }

    public void Dispose() => NativeMemory.Free(_epoch);

    private void Arrive()
    {
        uint epoch;
        bool isLast;
        lock (_lock)
        {
            epoch = Volatile.Read(ref *_epoch);
            isLast = ++_arrived == _members;
        }

        if (isLast) Commit();
        else while (Volatile.Read(ref *_epoch) == epoch) Libc.Wait(_epoch, epoch);
    }

    private void Leave()
    {
        bool isLast;
        lock (_lock) isLast = --_members > 0 && _arrived == _members;
        if (isLast) Commit();
    }

    private void Commit()
    {
        disk.Commit();
        lock (_lock)
        {
            _arrived = 0;
            Volatile.Write(ref *_epoch, *_epoch + 1);
        }

        Libc.Wake(_epoch, int.MaxValue);
    }

    /// <summary>One thread's place.</summary>
    internal sealed class Member(GroupFloor group) : IDisposable
    {
        public void Commit() => group.Arrive();

        public void Dispose() => group.Leave();
    }
}
