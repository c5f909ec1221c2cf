namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>Ends an actor where it stands, as SIGKILL would: the ring has no handler that it could run through.</summary>
internal sealed class KilledException : Exception
{
    public KilledException()
    {
    }

    public KilledException(string message)
        : base(message)
    {
    }

    public KilledException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
