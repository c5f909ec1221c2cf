namespace TypedShmQueue.Samples.Pipeline;

/// <summary>What the first stage measures and the second takes.</summary>
[ShmQueue(Capacity = 256)]
public struct Sample
{
    public long Number;
    public long Value;
}

/// <summary>What the second stage makes of some samples and the third stores.</summary>
[ShmQueue(Capacity = 32)]
public struct Average
{
    /// <summary>How many samples it stands for.</summary>
    public int Samples;

    /// <summary>Their sum.</summary>
    public long Sum;
}

/// <summary>What a stage has done, told at its end.</summary>
[ShmQueue(Capacity = 16)]
public struct Report
{
    public ShmText16 Stage;
    public long In;
    public long Out;
    public long Samples;
    public long Sum;
}
