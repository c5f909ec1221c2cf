namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>What a call throws in a run in which calls throw. The caller lives on, and so does its handle.</summary>
internal sealed class FailedCallException : Exception
{
    public FailedCallException()
    {
    }

    public FailedCallException(string message)
        : base(message)
    {
    }

    public FailedCallException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
