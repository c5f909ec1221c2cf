namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>Whom a storm kills. Where one side is spared its books are exact, so that the other side's deaths hide nothing.</summary>
internal enum Weather
{
    Producers,
    Consumers,
    Both,
}
