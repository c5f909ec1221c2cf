namespace TypedShmQueue.Samples.Jobs;

/// <summary>
/// Something to be done. The attribute has the compiler write <c>JobQueue</c> and <c>JobLease</c> beside it: each job goes to one worker,
/// and to another if that one dies or gives it back.
/// </summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 64)]
public struct Job
{
    public long Id;
    public ShmText32 What;
    public bool IsPoison;
}

/// <summary>What became of a job in one pair of hands.</summary>
public enum Outcome
{
    /// <summary>The worker has it, and will not get any further.</summary>
    Begun,

    /// <summary>It is done, and acknowledged.</summary>
    Done,

    /// <summary>It failed, and was given back.</summary>
    Failed,
}

/// <summary>What a worker tells the orchestrator.</summary>
[ShmQueue(Capacity = 1024)]
public struct Report
{
    public ShmText16 Worker;
    public long Job;
    public int Deliveries;
    public Outcome Outcome;
}
