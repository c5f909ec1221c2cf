using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>Which end of a link a seat holds.</summary>
internal enum End
{
    Producer,
    Consumer,
}

/// <summary>
/// One end of a one-way message path. Structs implement it, so that the compiler writes each measured loop anew for each contestant.
/// </summary>
/// <typeparam name="TSelf">The link.</typeparam>
/// <typeparam name="T">The message.</typeparam>
internal interface ILink<TSelf, T> : IDisposable
    where TSelf : struct, ILink<TSelf, T>
    where T : unmanaged
{
    /// <summary>Opens one end. Both ends open their links in the same order; either may be first.</summary>
    static abstract TSelf Open(Seat seat, string name, End end);

    void Send(in T message);

    void Send(ReadOnlySpan<T> messages);

    void Receive(out T message);

    /// <summary>Waits for at least one message, and takes what else is there.</summary>
    int Receive(Span<T> messages);
}
