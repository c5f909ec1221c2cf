using System.Runtime.CompilerServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// A fence whose cost is all on the side that is slow anyway. The waker's <see cref="Light"/> is nothing but a word to the compiler; the
/// parker's <see cref="TryHeavy"/> makes every thread of every registered process pass a full fence.
/// </summary>
/// <remarks>
/// A full fence per message was measured to cut single-message throughput by 3 to 6 times. Where a process cannot register, it fences
/// fully itself; where a parker cannot fence others, its gate says so (<see cref="Gate"/>) and wakers fence fully.
/// </remarks>
internal static class AsymmetricFence
{
    /// <summary>An <see cref="AppContext"/> switch: true makes this process do without membarrier, as on a system without it.</summary>
    public const string DisableSwitch = "TypedShmQueue.DisableMembarrier";

    private static readonly bool s_disabled = AppContext.TryGetSwitch(DisableSwitch, out bool disabled) && disabled;

    /// <summary>Whether this process passes a fence when a parker anywhere asks for it. Read-only, so that the compiler folds it.</summary>
    public static readonly bool IsRegistered = !s_disabled && ParkingPort.Current.TryRegisterForFences();

    /// <summary>
    /// Registers this process now, if it has not been. It takes 10 to 20 ms once for a process, so it belongs to the opening of a queue:
    /// without this, the first message would take as long.
    /// </summary>
    public static void Register() => RuntimeHelpers.RunClassConstructor(typeof(AsymmetricFence).TypeHandle);

    /// <summary>The waker's side, between what it published and its look at the gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Light()
    {
        if (!IsRegistered) Interlocked.MemoryBarrier();
    }

    /// <summary>The parker's side, between its announcement and its second look. False: wakers must fence for themselves.</summary>
    public static bool TryHeavy()
    {
        Interlocked.MemoryBarrier();
        return !s_disabled && ParkingPort.Current.TryFenceEverybody();
    }
}
