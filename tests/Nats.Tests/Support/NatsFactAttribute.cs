namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>A test with a real server; skipped, and says why, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NatsFactAttribute : FactAttribute
{
    public NatsFactAttribute()
    {
        if (!NatsServer.IsInstalled) Skip = Reason;
    }

    internal const string Reason = "Needs nats-server: apt-get install nats-server.";
}

/// <summary>As <see cref="NatsFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NatsTheoryAttribute : TheoryAttribute
{
    public NatsTheoryAttribute()
    {
        if (!NatsServer.IsInstalled) Skip = NatsFactAttribute.Reason;
    }
}
