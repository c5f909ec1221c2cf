using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <content>Locks of bytes.</content>
/// <remarks>
/// <para>Locks are mandatory here: they keep others from reading and writing the bytes by calls. So they are far beyond the data.</para>
/// <para>A lock is two bytes. Its owner takes the first and then the second. Whoever asks whether it is held looks at the second, by a
/// shared lock for an instant. So who asks never makes anybody believe that the lock is held: the first byte alone decides. An owner that
/// finds somebody asking tries the second byte again.</para>
/// </remarks>
internal sealed unsafe partial class WindowsRegionPort
{
    private const long FirstLock = 1L << 62;
    private const int ErrorNotLocked = 158;

    /// <summary>
    /// How often an owner tries the second byte while others ask. They take it for an instant, so only a stopped one lasts.
    /// </summary>
    private const int MostTriesBesideAskers = 200;

    public override bool TryLock(SafeFileHandle file, long offset)
    {
        if (!TryLockByte(file, FirstByte(offset), LockExclusive)) return false;
        SpinWait spin = default;
        for (int i = 0; i < MostTriesBesideAskers; i++)
        {
            if (TryLockByte(file, SecondByte(offset), LockExclusive)) return true;
            spin.SpinOnce();
        }

        // Somebody who asks is stopped just there. Others would take this owner for dead, so it is none.
        UnlockByte(file, FirstByte(offset));
        return false;
    }

    public override bool TryLockShared(SafeFileHandle file, long offset)
    {
        SpinWait spin = default;
        for (int i = 0; i < MostTriesBesideAskers; i++)
        {
            if (TryLockByte(file, FirstByte(offset), 0)) return true;
            if (IsLockedByOther(file, offset)) return false;
            spin.SpinOnce(); // somebody asks, or an owner has half of the lock
        }

        return false;
    }

    public override void ShareLock(SafeFileHandle file, long offset)
    {
        Unlock(file, offset);
        SpinWait spin = default;
        while (!TryLockShared(file, offset)) spin.SpinOnce();
    }

    public override void Unlock(SafeFileHandle file, long offset)
    {
        UnlockByte(file, SecondByte(offset));
        UnlockByte(file, FirstByte(offset));
    }

    public override bool IsLockedByOther(SafeFileHandle file, long offset)
    {
        if (!TryLockByte(file, SecondByte(offset), 0)) return true;
        UnlockByte(file, SecondByte(offset));
        return false;
    }

    public override bool IsLockedOrSharedByOther(SafeFileHandle file, long offset)
    {
        if (!TryLockByte(file, FirstByte(offset), LockExclusive)) return true;
        UnlockByte(file, FirstByte(offset));
        return false;
    }

    private static ulong FirstByte(long offset) => (ulong)(FirstLock + (2 * offset));

    private static ulong SecondByte(long offset) => FirstByte(offset) + 1;

    private static bool TryLockByte(SafeFileHandle file, ulong at, uint kind)
    {
        WindowsNative.Overlapped where = new() { Offset = at };
        if (LockFileEx(file, kind | LockFailImmediately, 0, 1, 0, &where) != 0) return true;
        int error = Marshal.GetLastPInvokeError();
        return error is ErrorLockViolation or ErrorIoPending ? false : throw WindowsErrors.LockFailed(error);
    }

    private static void UnlockByte(SafeFileHandle file, ulong at)
    {
        WindowsNative.Overlapped where = new() { Offset = at };
        if (UnlockFileEx(file, 0, 1, 0, &where) != 0) return;
        int error = Marshal.GetLastPInvokeError();
        // It is not held: of a shared lock there is no second byte. Wine calls that a violation.
        if (error is not (ErrorNotLocked or ErrorLockViolation)) throw WindowsErrors.LockFailed(error);
    }
}
