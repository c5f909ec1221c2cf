using TypedShmQueue.Waiting;

namespace TypedShmQueue.Durable;

/// <summary>
/// The commits that consumers of one handle wait for without a thread: those that poll, and pending calls. They see only what is committed,
/// and are parked, if at all, where they wait for messages. One commit at a time is waited for on behalf of all.
/// </summary>
/// <remarks>
/// C7, as E3: who has announced itself looks for the message, and then at <c>_isWanted</c>; who waits for the commit clears that, and then
/// looks at the announcements. So the announced call is woken by the one that it finds, or asks for a commit itself.
/// </remarks>
internal sealed class WantedCommits(Committer committer, WakeTarget notEmpty)
{
    private Exception? _failure;
    private int _isWanted;

    /// <summary>Sees to it that everything below a position is committed, and then wakes whoever waits for messages.</summary>
    /// <exception cref="ShmQueueDurabilityException">The disk did not take what was wanted before; it is tried again.</exception>
    public void SeeTo(long end)
    {
        if (Volatile.Read(ref _failure) != null && Interlocked.Exchange(ref _failure, null) is { } failure) throw failure;
        if (Interlocked.CompareExchange(ref _isWanted, 1, 0) == 0) _ = CommitAsync(end); // C7
    }

    private async Task CommitAsync(long end)
    {
        try
        {
            await committer.WaitForLimitAsync(end, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ShmQueueException or IOException)
        {
            // The next call that looks says it.
            Volatile.Write(ref _failure, e);
        }
        catch (ObjectDisposedException)
        {
            // So do the calls that wait.
        }
        finally
        {
            _ = Interlocked.Exchange(ref _isWanted, 0); // C7
            notEmpty.WakeAll();
        }
    }
}
