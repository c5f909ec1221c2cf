namespace TypedShmQueue;

/// <summary>
/// What a <see cref="ShmWaitSet"/> found ready, in the order in which it was added. It is a view of the set's memory, and says what it says
/// until the set's next call that waits. Enumerating it allocates nothing.
/// </summary>
public readonly struct ShmReady
{
    private readonly IShmWaitable[]? _all;

    internal ShmReady(IShmWaitable[] all, int count) => (_all, Count) = (all, count);

    /// <summary>How many are ready; 0 if the timeout has passed before.</summary>
    public int Count { get; }

    /// <summary>One that is ready: the object that was added.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public IShmWaitable this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _all![index];
        }
    }

    /// <summary>Whether this one is ready. Looks at each in turn.</summary>
    /// <param name="waitable">The object that was added.</param>
    /// <returns>Whether it is among them.</returns>
    public bool Contains(IShmWaitable waitable) => _all != null && Array.IndexOf(_all, waitable, 0, Count) >= 0;

    /// <summary>Enumerates those that are ready.</summary>
    /// <returns>An enumerator that allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Enumerates those that are ready.</summary>
    public struct Enumerator
    {
        private readonly ShmReady _ready;
        private int _index;

        internal Enumerator(ShmReady ready) => (_ready, _index) = (ready, -1);

        /// <summary>The one that the enumeration has come to.</summary>
        public readonly IShmWaitable Current => _ready[_index];

        /// <summary>Goes on to the next one.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext() => ++_index < _ready.Count;
    }
}
