using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;

namespace TypedShmQueue.Stepper.Tests.Checking;

/// <summary>What a call must have done to the model, in order, each step at one instant between the call's begin and its end.</summary>
internal static class Script
{
    internal delegate FifoModel? Step(FifoModel model);

    /// <summary>
    /// The ways it may have been. A call that ended has gone one of them to its end; one whose caller died has gone one of them
    /// as far as it got.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<Step>> Of(int id, Call call, bool oneProducer)
    {
        if (call.IsPending) return [.. OfPending(id, call, oneProducer)];
        if (call.HasThrown) return [[.. call.Got.Select<long, Step>(displaced => m => m.MayLookFull ? m.Take(displaced) : null)]];
        return call is { Verb: Verb.Shift, Status: RingStatus.Done }
            ? [.. OfShift(id, call, [.. call.Got])]
            : [[.. OfEnded(id, call, oneProducer)]];
    }

    /// <summary>A call that displaces has its place first. What it took before that, it took for others that had theirs.</summary>
    private static IEnumerable<IReadOnlyList<Step>> OfShift(int id, Call call, IReadOnlyList<long?> displaced)
    {
        Step[] takes = [.. displaced.Select<long?, Step>(d => m => m.MayLookFull ? m.Take(d) : null)];
        Step[] sends = [.. Sending(id, call, 1)];
        yield return [.. takes, .. sends];
        if (takes.Length > 0) yield return [.. takes[..^1], sends[0], takes[^1], .. sends[1..]];
    }

    private static IEnumerable<Step> OfEnded(int id, Call call, bool oneProducer)
    {
        if (call.Verb == Verb.Shift)
        {
            foreach (long displaced in call.Got) yield return m => m.MayLookFull ? m.Take(displaced) : null;
        }

        switch (call.Verb, call.Status)
        {
            case (Verb.Complete, _):
                yield return m => m with { IsCompleted = true };
                break;
            case (Verb.Investigate, RingStatus.Completed):
                yield return m => m.IsCompleted && m.IsDrained ? m : null;
                break;
            case (Verb.Investigate, _) or (Verb.Shift, RingStatus.Blocked):
                break;
            case (Verb.Dequeue or Verb.Take or Verb.Read or Verb.Peek, RingStatus.Completed):
                yield return m => m.IsCompleted && m.IsDrained ? m : null;
                break;
            case (Verb.Dequeue or Verb.Take or Verb.Read or Verb.Peek, RingStatus.Blocked):
                yield return m => m.MayLookEmpty ? m : null;
                break;
            case (Verb.Peek, _):
                yield return m => m.Front == call.Got[0] ? m : null;
                break;
            case (Verb.Dequeue or Verb.Take or Verb.Read, _):
                yield return m => call.Got.Aggregate((FifoModel?)m, (now, value) => now?.Take(value));
                break;
            case (_, RingStatus.Completed):
                yield return m => m.IsCompleted ? m : null;
                break;
            case (_, RingStatus.Blocked):
                yield return m => m.MayLookFull ? m : null;
                break;
            case (Verb.Abandon, _) when oneProducer:
                // Nobody ever sees one producer's claim.
                break;
            default:
                int accepted = call.Accepted;
                // Less than was asked for: there was a moment with room for no more.
                if (accepted < call.Wanted) yield return m => m.Capacity - m.Places.Count <= accepted ? m : null;
                foreach (Step step in Sending(id, call, accepted)) yield return step;
                break;
        }
    }

    private static IEnumerable<IReadOnlyList<Step>> OfPending(int id, Call call, bool oneProducer)
    {
        switch (call.Verb)
        {
            case Verb.Abandon when oneProducer:
            case Verb.Peek or Verb.Investigate or Verb.Join:
                break;
            case Verb.Complete:
                yield return [m => m with { IsCompleted = true }];
                break;
            case Verb.Dequeue or Verb.Take or Verb.Read:
                for (int n = 1; n <= call.Wanted; n++)
                {
                    int count = n;
                    yield return [m => Enumerable.Range(0, count).Aggregate((FifoModel?)m, (now, _) => now?.Take(null))];
                }

                break;
            case Verb.Shift:
                for (int n = call.Got.Count; n <= call.Got.Count + 1; n++)
                {
                    foreach (IReadOnlyList<Step> way in OfShift(id, call, new long?[n])) yield return way;
                }

                break;
            default:
                for (int n = 1; n <= call.Wanted; n++) yield return [.. Sending(id, call, n)];
                break;
        }
    }

    private static IEnumerable<Step> Sending(int id, Call call, int count)
    {
        yield return m => m.Claim(id, call.Sent[..count], call.IsPending, call.Verb == Verb.Shift ? 1 : 0);
        for (int i = 0; i < count; i++)
        {
            int part = i;
            yield return m => m.Resolve(id, part, call.Verb == Verb.Abandon ? FifoModel.State.GivenUp : FifoModel.State.Published);
        }
    }
}
