using TypedShmQueue.Waiting;

namespace TypedShmQueue.Async;

/// <summary>What the dispatcher parks for: a gate, and those who wait there without a thread.</summary>
internal interface IWatched
{
    /// <summary>What the dispatcher parks on.</summary>
    ParkingWord ParkingWord { get; }

    /// <summary>How long after a close look at this gate the next one is due, even if nobody wakes it.</summary>
    TimeSpan LongestPark { get; }

    /// <summary>The dispatcher's turn at this gate. False: nobody waits, and it need not park here.</summary>
    /// <param name="closely">Whether to look even if nobody has woken the gate: for deaths, which wake nobody.</param>
    bool Serve(bool closely);
}
