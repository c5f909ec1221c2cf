using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>What a seat does in one activity, whatever the contestant.</summary>
internal abstract class Part
{
    /// <summary>Loops run in calls of this many steps, so that the compiler's later tiers take over while a round goes on.</summary>
    public const int Chunk = 1024;

    public abstract SeatReport Play<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>;

    public static Part Of(Activity activity) => activity switch
    {
        Activity.Stream => new StreamPart(),
        Activity.RoundTrip => new RoundTripPart(),
        Activity.Wake => new WakePart(),
        Activity.Idle => new IdlePart(),
        Activity.Cast => new CastPart(),
        Activity.Kill => new KillPart(),
        _ => throw new ArgumentOutOfRangeException(nameof(activity)),
    };
}
