namespace TypedShmQueue.Waiting;

/// <summary>
/// How long it is worth spinning before parking. Learns: a wait that spinning ended was worth it, one that parked was not. Shared by a
/// handle's threads without care; a lost update is a slightly worse guess.
/// </summary>
internal sealed class SpinBudget
{
    private const int Least = 8;
    private const int Most = 2000;

    private int _looks;

    public SpinBudget(WaitPolicy policy)
    {
        Policy = policy;
        // On one core, whoever spins keeps away whom it waits for.
        _looks = policy == WaitPolicy.Park || Environment.ProcessorCount == 1 ? 0 : Most / 4;
    }

    public WaitPolicy Policy { get; }

    /// <summary>Looks to take before parking.</summary>
    public int Looks => Policy == WaitPolicy.Spin ? int.MaxValue : _looks;

    public void SpinningPaid()
    {
        if (_looks is > 0 and < Most) _looks = Math.Min(Most, _looks + (_looks / 8) + 1);
    }

    public void SpinningWasIdle()
    {
        if (_looks > Least) _looks = Math.Max(Least, _looks - (_looks / 4));
    }
}
