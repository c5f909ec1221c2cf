namespace TypedShmQueue.Async;

/// <summary>
/// Hands work to the thread pool: what is the user's code does not run on the dispatcher, on which all others wait.
/// </summary>
internal static class HandOver
{
    /// <summary>
    /// Nothing is allocated for it but, now and then, a longer line of the pool's. If there is no memory for that, this waits until there
    /// is: the work would be lost, and on the dispatcher's thread the process with it.
    /// </summary>
    public static void ToPool(IThreadPoolWorkItem work)
    {
        SpinWait spin = default;
        while (true)
        {
            try
            {
                Steps.CanThrow("async: continuation handed over");
                _ = ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);
                return;
            }
            catch (OutOfMemoryException)
            {
                spin.SpinOnce(sleep1Threshold: -1); // never asleep: that could throw too
            }
        }
    }
}
