using System.Collections.Immutable;
using TypedShmQueue.Stepper.Tests.Programs;

namespace TypedShmQueue.Stepper.Tests.Checking;

/// <summary>
/// Whether there is an order of the calls' steps that the model allows, that keeps to what was before what, and that leaves
/// the model empty, as the ring was found to be. Depth first; a state met before is not entered again.
/// </summary>
internal static class Linearizability
{
    public static bool Holds(IReadOnlyList<Call> calls, IReadOnlyList<long> initial, int capacity, bool oneProducer)
    {
        FifoModel model = new(
            [.. initial.Select((v, i) =>
                new FifoModel.Place(-1, i, v, FifoModel.State.Published, OwnerDied: false))], IsCompleted: false, capacity);
        Search search = new(calls, [.. calls.Select((c, i) => Script.Of(i, c, oneProducer))]);
        return search.Reaches(model, ImmutableArray.Create(new (int, int)[calls.Count]));
    }

    private sealed class Search(IReadOnlyList<Call> calls, IReadOnlyList<IReadOnlyList<IReadOnlyList<Script.Step>>> scripts)
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        /// <param name="model">The queue now.</param>
        /// <param name="progress">For each call: which of its scripts it follows, and how many steps of that are done.</param>
        public bool Reaches(FifoModel model, ImmutableArray<(int Way, int Done)> progress)
        {
            bool ended = true;
            for (int i = 0; i < calls.Count && ended; i++) ended = calls[i].IsPending || HasEnded(i, progress);
            if (ended && model.IsDrained) return true;
            if (!_seen.Add(string.Join(',', progress.Select(p => $"{p.Way}/{p.Done}")) + model.Key)) return false;

            for (int i = 0; i < calls.Count; i++)
            {
                (int way, int done) = progress[i];
                if (done == 0 && !MayBegin(i, progress)) continue;
                int last = done == 0 ? scripts[i].Count - 1 : way;
                for (int w = done == 0 ? 0 : way; w <= last; w++)
                {
                    if (done == scripts[i][w].Count) continue;
                    if (scripts[i][w][done](model) is { } next && Reaches(next, progress.SetItem(i, (w, done + 1)))) return true;
                }
            }

            return false;
        }

        private bool HasEnded(int call, ImmutableArray<(int Way, int Done)> progress) =>
            progress[call].Done == scripts[call][progress[call].Way].Count;

        private bool MayBegin(int call, ImmutableArray<(int Way, int Done)> progress)
        {
            for (int i = 0; i < calls.Count; i++)
            {
                if (calls[i].End < calls[call].Begin && !HasEnded(i, progress)) return false;
            }

            return true;
        }
    }
}
