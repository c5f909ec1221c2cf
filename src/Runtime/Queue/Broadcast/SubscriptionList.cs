using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;

namespace TypedShmQueue.Queue.Broadcast;

/// <summary>The subscriptions of a segment, for who looks at them: nothing is locked or written.</summary>
internal static unsafe class SubscriptionList
{
    /// <summary>Every subscription at this instant. Allocates; a system call for each.</summary>
    /// <param name="view">Where they are.</param>
    /// <param name="participants">Who lives.</param>
    /// <param name="capacity">The ring's, which is its first position.</param>
    /// <param name="tail">The next position to be sent.</param>
    /// <param name="self">The caller's own owner word; 0 if it has none.</param>
    public static IReadOnlyList<ShmQueueSubscription> Of(SubscriptionsView view, ParticipantsView participants, long capacity, long tail,
        long self = 0)
    {
        List<ShmQueueSubscription> all = [];
        for (int i = 0; i < view.InUse; i++)
        {
            ref SubscriptionRecord record = ref view.Records[i];
            SubscriptionState state = new(Volatile.Read(ref record.State));
            if (!state.IsActive) continue;
            long owner = Volatile.Read(ref record.Owner);
            long cursor = Volatile.Read(ref record.Cursor);
            bool alive = owner != 0 && (owner == self || participants.IsAlive(owner));
            if (!alive && !state.IsNamed) continue;
            all.Add(new ShmQueueSubscription(
                state.IsNamed ? record.Name.ToString() : null,
                alive ? participants.ProcessIdOf(owner) : 0,
                alive,
                state.IsLossy,
                cursor - capacity,
                Math.Max(0, tail - cursor),
                (Holds(record.SecondTally, record.FirstTally, cursor) ? record.SecondTally : record.FirstTally).Missed,
                ParticipantsView.When(record.CreatedUnixMilliseconds)));
        }

        return all;
    }

    private static bool Holds(in SubscriptionTally tally, in SubscriptionTally other, long cursor) =>
        tally.At <= cursor && (other.At > cursor || tally.At > other.At);
}
