namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// The books of a storm, and the rule that they must satisfy at its end: the part that depends on how a queue delivers. Producers are
/// numbered by their seats, which outlive the processes on them. Who takes is booked as its queue delivers, see the ledgers.
/// </summary>
internal interface IStormLedger
{
    /// <summary>
    /// A producer's life is over: it sent what is below <paramref name="acknowledged"/>, may have sent what is below
    /// <paramref name="begun"/>, and its successor goes on from there.
    /// </summary>
    void Sent(int producer, long acknowledged, long begun);

    /// <summary>A producer displaced a message, and got it; to be told in the order in which it displaced them.</summary>
    void Displaced(int displacer, int producer, long sequence);

    /// <summary>A producer was killed in a call that can displace a message.</summary>
    void DiedDisplacing();

    /// <summary>The books' end.</summary>
    /// <param name="displacedInAll">What the queue counted as displaced.</param>
    StormBalance Balance(long displacedInAll);
}
