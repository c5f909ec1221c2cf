using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Ring;

/// <summary>
/// The one rule of progress: whoever is held up at the same position for longer than about a millisecond asks the kernel whether those who
/// hold it up live. What counts is time, not how often somebody looks, so a caller that polls sixty times a second passes a dead claim as
/// soon as one that spins. Nothing here is touched by a call that finds what it wants.
/// </summary>
/// <remarks>
/// <para>A clock read costs more than an empty look, so a caller that spins reads the clock once every <see cref="MostLooksBetweenReads"/>
/// looks. One that looks rarely reads it every time. Which of the two it is shows in the time between two reads.</para>
/// <para>Threads that share a handle share this without care. A lost or mixed update makes the question early, which costs a system call,
/// or late by a millisecond.</para>
/// </remarks>
internal struct HeldUp
{
    private const int MostLooksBetweenReads = 16;

    private static readonly long s_long = Stopwatch.Frequency / 1000; // 1 ms

    /// <summary>Looks that are so far apart do not notice a clock read.</summary>
    private static readonly long s_rare = Stopwatch.Frequency / 8000; // 125 us

    private long _position;
    private long _since;
    private long _readAt;
    private int _looksToRead;
    private int _looksBetweenReads;
    private long _claim;
    private long _claimMetAt;

    /// <summary>A look at this position found nothing. Whether it is time to ask the kernel; if so, the time begins anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsLong<TMemory>(long position) where TMemory : struct, IMemory => --_looksToRead <= 0 && IsLongNow<TMemory>(position);

    /// <summary>As <see cref="IsLong"/>, by the clock in any case: for a caller that is about to be away for long.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool IsLongNow<TMemory>(long position) where TMemory : struct, IMemory
    {
        long now = TMemory.Now;
        _looksBetweenReads = now - _readAt >= s_rare ? 1 : Math.Clamp(_looksBetweenReads * 2, 1, MostLooksBetweenReads);
        _looksToRead = _looksBetweenReads;
        _readAt = now;
        if (_position == position && now - _since < s_long) return false;
        bool isLong = _position == position;
        _position = position;
        _since = now;
        return isLong;
    }

    /// <summary>The next look at this position asks at once.</summary>
    public void ExpireAt(long position)
    {
        _position = position;
        _since = 0;
        _looksToRead = 0;
    }

    /// <summary>This position is claimed and not published, and whoever claimed it is not known to be dead.</summary>
    public void MeetClaim<TMemory>(long position) where TMemory : struct, IMemory
    {
        if (_claim == position) return;
        _claimMetAt = TMemory.Now;
        _claim = position;
    }

    /// <summary>
    /// Since when a claim of this position is known to hold the caller up, by the clock that <see cref="IMemory.Now"/> reads; 0 if none is.
    /// A position comes once, so what is known of another one means nothing here, and is never taken back.
    /// </summary>
    public readonly long ClaimMetAt(long position) => _claim == position ? _claimMetAt : 0;
}
