using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Durable;
using TypedShmQueue.Queue;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>What every emitted queue inherits: its name, its state, and how it ends. Every member may be called from any thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[DebuggerDisplay("{Name,nq}: {Count} of {Capacity}")]
public abstract class QueueBase : IDisposable
{
    private protected QueueBase(QueueCore handle) => Handle = handle;

    internal QueueCore Handle { get; }

    /// <summary>The workers of a queue with acknowledged delivery, of which this handle is one; null for any other queue.</summary>
    internal virtual GroupMember? Workers => null;

    /// <summary>Joins a group of a broadcast queue; null for any other queue.</summary>
    internal virtual Func<string, SubscribeFrom, GroupMember>? Joins => null;

    /// <summary>The queue's name.</summary>
    public string Name => Handle.Name;

    /// <summary>The most messages that the queue can hold.</summary>
    public int Capacity => Handle.Capacity;

    /// <summary>
    /// Messages in the queue at this instant, those being written included; a broadcast queue counts the messages that it keeps, taken or
    /// not. Other processes may have changed the number by the time the caller reads it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public int Count => Handle.Count;

    /// <summary>Whether <see cref="Count"/> is 0 at this instant.</summary>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public bool IsEmpty => Handle.Count == 0;

    /// <summary>
    /// Whether <see cref="Complete"/> was called and every message has been taken. A broadcast queue is completed at once: each
    /// subscription says for itself whether it has taken every message.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public bool IsCompleted => Handle.IsCompleted;

    /// <summary>Whether the queue was deleted, or somebody removed its file. It goes on working for those who are attached.</summary>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public bool IsDeleted => Handle.IsDeleted;

    /// <summary>Returns counts and participants at this instant. Allocates, and makes a system call for each participant.</summary>
    /// <returns>A snapshot.</returns>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public ShmQueueStatistics GetStatistics() => Handle.GetStatistics();

    /// <summary>
    /// Ends the stream: nobody can send any more, and what is left is still delivered. Later calls have no effect. Where the queue has one
    /// producer, only the producer may call this, or anybody while there is none.
    /// </summary>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one producer, and another handle is the producer.</exception>
    /// <exception cref="InvalidOperationException">The queue has one producer, and a writer of this handle is still open.</exception>
    /// <exception cref="IOException">The disk did not accept the queue. Only with <see cref="Durability.AtRest"/>.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public void Complete() => Handle.Complete();

    /// <summary>Deletes the queue: its name is free at once. This handle and all others stay attached until they are disposed.</summary>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public void Delete() => Handle.Delete();

    /// <summary>
    /// Returns when the disk has everything that was sent and taken before the call, whatever the <see cref="Durability"/> of this handle.
    /// Makes system calls that wait for the disk. A queue in memory has no disk to wait for, and a deleted one is not written.
    /// </summary>
    /// <exception cref="IOException">The disk did not accept the queue.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public void Flush() => Handle.Flush();

    /// <summary>
    /// What is to be waited for so that everything is committed that was sent so far, on whatever handle: after a batch, or after a
    /// <see cref="SlotWriter{T}"/>. What comes after a writer that this thread holds open is not in it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The queue is not durable.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public CommitMark GetCommitMark()
    {
        Handle.ThrowIfDisposed();
        _ = Committer;
        return new CommitMark(Handle.Session.SentSoFar);
    }

    /// <summary>
    /// Waits until the disk has everything below the mark. One of those who wait writes for all of them, so this makes system calls.
    /// </summary>
    /// <param name="mark">From <c>TryEnqueue</c> or <see cref="GetCommitMark"/>, of any handle of this queue.</param>
    /// <param name="cancellationToken">Ends the wait. What was sent stays sent.</param>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it. What was sent stays sent.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ArgumentException">The mark is beyond what was sent: it is of another queue.</exception>
    /// <exception cref="InvalidOperationException">The queue is not durable.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public void WaitForCommit(CommitMark mark, CancellationToken cancellationToken = default)
    {
        Handle.ThrowIfDisposed();
        Committer committer = Committer;
        Handle.ThrowIfForeign(mark);
        _ = committer.WaitForLimit(mark.Limit, Deadline.Never, cancellationToken);
    }

    /// <summary>As <see cref="WaitForCommit"/>, without holding a thread while others write.</summary>
    /// <param name="mark">From <c>TryEnqueue</c> or <see cref="GetCommitMark"/>, of any handle of this queue.</param>
    /// <param name="cancellationToken">Ends the wait. What was sent stays sent.</param>
    /// <returns>Completed once the disk has it. Await it once.</returns>
    /// <inheritdoc cref="WaitForCommit" path="/exception"/>
    public ValueTask WaitForCommitAsync(CommitMark mark, CancellationToken cancellationToken = default)
    {
        Handle.ThrowIfDisposed();
        Committer committer = Committer;
        Handle.ThrowIfForeign(mark);
        return committer.WaitForLimitAsync(mark.Limit, cancellationToken);
    }

    /// <summary>As <see cref="Flush"/> of a durable queue, without holding a thread while others write.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completed once the disk has everything that was sent and taken before the call. Await it once.</returns>
    /// <inheritdoc cref="WaitForCommit" path="/exception"/>
    public ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        Handle.ThrowIfDisposed();
        return Committer.FlushAsync(Handle.Session.SentSoFar, cancellationToken);
    }

    private Committer Committer => Handle.Session.Committer ?? throw Handle.HasNoJournal();

    /// <summary>
    /// Detaches from the queue. Calls of this handle that wait end with <see cref="ObjectDisposedException"/>; calls in progress on other
    /// threads end first. Reports no error of the disk: call <see cref="Flush"/> before to know. If something interrupts it, call it again.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A predicate of a subscription of this handle called it. The handle stays attached.
    /// </exception>
    [SuppressMessage("Design", "CA1063:Implement IDisposable correctly", Justification = "Nothing is left for a finalizer: the mapping " +
        "has one of its own.")]
    public void Dispose()
    {
        Handle.Dispose();
        GC.SuppressFinalize(this);
    }
}
