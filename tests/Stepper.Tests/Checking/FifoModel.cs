using System.Collections.Immutable;

namespace TypedShmQueue.Stepper.Tests.Checking;

/// <summary>
/// The sequential queue that histories are held against: a bounded first-in-first-out list whose places are claimed first
/// and published (or given up) later, since a producer between the two holds up whoever stands behind it.
/// </summary>
internal readonly record struct FifoModel(ImmutableList<FifoModel.Place> Places, bool IsCompleted, int Capacity)
{
    internal enum State
    {
        Claimed,
        Published,
        GivenUp,
    }

    /// <param name="Call">Whose place it is.</param>
    /// <param name="Part">Which message of that call.</param>
    /// <param name="Value">The message.</param>
    /// <param name="State">How far it is.</param>
    /// <param name="OwnerDied">Whether its claimer died in the call: then the place may be passed as if given up.</param>
    internal readonly record struct Place(int Call, int Part, long Value, State State, bool OwnerDied)
    {
        public bool CanBePassed => State == State.GivenUp || State == State.Claimed && OwnerDied;
    }

    public bool IsDrained => Places.All(p => p.CanBePassed);

    /// <summary>All places are claimed. Passed ones may or may not have been freed yet.</summary>
    public bool MayLookFull => Places.Count >= Capacity;

    /// <summary>Nothing is there, or the oldest is still being written.</summary>
    public bool MayLookEmpty =>
        Places.SkipWhile(p => p.State == State.GivenUp).Select(p => p.State == State.Claimed).FirstOrDefault(true) || IsDrained;

    /// <summary>The oldest message; null if it is not published.</summary>
    public long? Front =>
        Places.SkipWhile(p => p.CanBePassed).Where((p, i) => i == 0 && p.State == State.Published).Select(p => (long?)p.Value)
        .FirstOrDefault();

    /// <summary>The fewest places that may be taken: what can be passed may have been.</summary>
    private int Least => Places.SkipWhile(p => p.CanBePassed).Count();

    /// <param name="call">Whose places they are.</param>
    /// <param name="values">The messages.</param>
    /// <param name="ownerDied">Whether the claimer died in the call.</param>
    /// <param name="beyond">Places beyond the capacity: one for who displaces, and has its place before the oldest leaves.</param>
    public FifoModel? Claim(int call, IReadOnlyList<long> values, bool ownerDied, int beyond)
    {
        if (IsCompleted || Least + values.Count > Capacity + beyond) return null;
        return this with { Places = Places.AddRange(values.Select((v, i) => new Place(call, i, v, State.Claimed, ownerDied))) };
    }

    public FifoModel? Resolve(int call, int part, State state)
    {
        int index = Places.FindIndex(p => p.Call == call && p.Part == part);
        // There is nowhere to write to before there is a slot for each place.
        return index < 0 || Least > Capacity ? null : this with { Places = Places.SetItem(index, Places[index] with { State = state }) };
    }

    /// <summary>Takes the oldest message, which must be this one if one is given.</summary>
    public FifoModel? Take(long? expected)
    {
        int index = Places.FindIndex(p => !p.CanBePassed);
        if (index < 0 || Places[index].State != State.Published || expected is { } value && Places[index].Value != value) return null;
        return this with { Places = Places.RemoveRange(0, index + 1) };
    }

    public string Key => string.Join(';', Places.Select(p => $"{p.Call}.{p.Part}.{(int)p.State}")) + (IsCompleted ? "!" : "");
}
