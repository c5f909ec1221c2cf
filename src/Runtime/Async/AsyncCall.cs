namespace TypedShmQueue.Async;

/// <summary>
/// A pending call at an <see cref="AsyncGate"/>, and its place in the line there. All members but <see cref="Signal"/> are under the gate's
/// lock.
/// </summary>
internal abstract class AsyncCall
{
    /// <summary>Whether the call stands in its gate's line.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Who came before, in the line.</summary>
    public AsyncCall? Previous { get; set; }

    /// <summary>Who came after, in the line; or who has ended next, among those that are to be signalled.</summary>
    public AsyncCall? Next { get; set; }

    /// <summary>Looks, and takes what it waits for if that is there. True: the call is at its end, well or not.</summary>
    /// <param name="closely">Whether to find out too what holds the queue up.</param>
    public abstract bool TryFinish(bool closely);

    /// <summary>Ends the call without what it waits for.</summary>
    public abstract void Cancel();

    /// <summary>Ends the call with an error that is not its own: nobody can look on its behalf.</summary>
    public abstract void Fail(Exception error);

    /// <summary>
    /// Tells the caller that the call is at its end: its continuation goes to the thread pool. Not under a lock; the call is the caller's
    /// from here on.
    /// </summary>
    public abstract void Signal();
}
