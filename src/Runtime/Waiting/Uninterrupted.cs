namespace TypedShmQueue.Waiting;

/// <summary>
/// For what takes back what a call has done: it must not be left out because somebody interrupts the thread (Thread.Interrupt).
/// </summary>
internal static class Uninterrupted
{
    /// <summary>Takes the lock. An interruption meanwhile is kept for the thread's next wait.</summary>
    public static void Enter(Lock gate)
    {
        bool wasInterrupted = false;
        while (true)
        {
            try
            {
                gate.Enter();
                break;
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }

        if (wasInterrupted) Thread.CurrentThread.Interrupt();
    }
}
