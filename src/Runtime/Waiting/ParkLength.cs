using System.Diagnostics;

namespace TypedShmQueue.Waiting;

/// <summary>
/// How long to park at most, which is the time after which whoever parks looks for itself: the one place that decides it. What others
/// publish ends a park at once; a death wakes nobody.
/// </summary>
/// <remarks>
/// <para>Where the caller waits for the living, and for the hands of the dead to open (leases, subscriptions, room, the commit lock), it
/// looks every 100 ms.</para>
/// <para>Where a claim is in the way, its claimer is about to publish or has died, and others fill the ring meanwhile and then stand
/// still. So the first park is 1 ms, and each one a quarter of the time before it: a process takes some milliseconds to die, and the
/// others find it dead soon after. A claimer that stands still is looked at less and less.</para>
/// <para>Where there is nothing to take, what a park can miss is a message or an end whose sender died before it could wake anybody, or
/// whose wake went to somebody who died or was stopped. A look costs some 50 us of processor time, since it finds its caches cold; so who
/// has found nothing for long looks rarely: each park is a tenth of the time before it, up to a second. (Much fewer looks in the first
/// seconds would cost more: what is called thirty times is compiled again and done with, what is called less is counted at each look.)
/// </para>
/// </remarks>
internal static class ParkLength
{
    /// <summary>Whatever the caller waits for, unless it is known to be one of the other two.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>The first one at a claim.</summary>
    public static readonly TimeSpan FirstAtClaim = TimeSpan.FromMilliseconds(1);

    /// <summary>One at a claim is this part of the time before it.</summary>
    public const int PartAtClaim = 4;

    /// <summary>One where there is nothing to take is this part of the time before it.</summary>
    public const int PartWhenIdle = 10;

    /// <summary>The longest one where there is nothing to take.</summary>
    public static readonly TimeSpan LongestWhenIdle = TimeSpan.FromSeconds(1);

    /// <summary>The next one of a caller that has been held up by one claim since then, in <see cref="Stopwatch"/> ticks.</summary>
    public static TimeSpan AtClaim(long since) => Between(FirstAtClaim, Stopwatch.GetElapsedTime(since) / PartAtClaim, Longest);

    /// <summary>The next one of a caller that has found nothing to take since then, in <see cref="Stopwatch"/> ticks.</summary>
    public static TimeSpan WhenIdle(long since) => Between(Longest, Stopwatch.GetElapsedTime(since) / PartWhenIdle, LongestWhenIdle);

    private static TimeSpan Between(TimeSpan least, TimeSpan time, TimeSpan most) => time < least ? least : time > most ? most : time;
}
