namespace TypedShmQueue.Hosting.Handling;

/// <summary>What a service takes from, and what becomes of messages that failed. It owns what was opened for it.</summary>
/// <param name="at">The handler, and the queue that it handles.</param>
internal abstract class HandledQueue<T>(HandlerPlace at) : IDisposable
{
    protected HandlerPlace At { get; } = at;

    /// <summary>The name of its registration.</summary>
    public string Registration => At.Registration;

    public string Name => At.Queue;

    /// <summary>The subscription that is taken from, if it has a name.</summary>
    public virtual string? Subscription => null;

    /// <summary>The group that is taken from, if it has a name.</summary>
    public virtual string? Group => null;

    /// <summary>How many messages their handler failed on.</summary>
    public abstract long Failed { get; }

    /// <summary>Makes a lane.</summary>
    /// <param name="messages">Where it takes messages to.</param>
    public abstract Lane<T> NewLane(TakenMessages<T> messages);

    public abstract void Dispose();
}

/// <summary>A handler, and the queue that it handles, as logs and errors call them.</summary>
/// <param name="Registration">The name of the queue's registration.</param>
/// <param name="Queue">The queue's name.</param>
/// <param name="Handler">What logs call the handler.</param>
internal sealed record HandlerPlace(string Registration, string Queue, string Handler);

/// <summary>
/// One lane of a service: it takes messages, and says what becomes of them. One call at a time, except <see cref="GiveBack"/>.
/// </summary>
/// <param name="messages">Where it takes messages to.</param>
internal abstract class Lane<T>(TakenMessages<T> messages)
{
    /// <summary>What was taken last.</summary>
    public TakenMessages<T> Messages { get; } = messages;

    /// <summary>
    /// Takes at least one message and as many as there are and fit; waits for one. False: the queue is completed, and nothing is left.
    /// Cancelled, it has taken nothing.
    /// </summary>
    public abstract ValueTask<bool> TakeAsync(CancellationToken cancellationToken);

    /// <summary>The handler is done with what was taken.</summary>
    public abstract void Handled();

    /// <summary>The handler threw: its policy says what becomes of what was taken, and whether the service goes on.</summary>
    /// <param name="error">What it threw.</param>
    /// <param name="hurry">Cancelled when the calls in progress are to end.</param>
    public abstract ValueTask<bool> FailedAsync(Exception error, CancellationToken hurry);

    /// <summary>The host waits no longer for the call in progress: what it has goes back to the queue, if it came under a lease.</summary>
    public abstract void GiveBack();
}
