using System.Threading.Tasks.Sources;

namespace TypedShmQueue.Async;

/// <summary>
/// Where an awaiter wants to go on: a synchronization context or a task scheduler. Both are the user's code, and may block or throw. So a
/// pending call hands its continuation to the thread pool first, and from there to them: on the dispatcher all others would wait for it.
/// </summary>
/// <param name="context">The one, or null.</param>
/// <param name="scheduler">The other.</param>
/// <param name="continuation">What goes on.</param>
/// <param name="state">What it is given.</param>
internal sealed class AwaitersContext(SynchronizationContext? context, TaskScheduler scheduler, Action<object?> continuation, object? state)
{
    /// <summary>Puts the awaiter's context, if it has one, behind the continuation.</summary>
    public static void Detach(ref Action<object?> continuation, ref object? state, ref ValueTaskSourceOnCompletedFlags flags)
    {
        if (!flags.HasFlag(ValueTaskSourceOnCompletedFlags.UseSchedulingContext)) return;
        flags &= ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext;
        SynchronizationContext? context = SynchronizationContext.Current;
        // The class itself means the thread pool, as no context does.
        if (context?.GetType() == typeof(SynchronizationContext)) context = null;
        if (context == null && TaskScheduler.Current == TaskScheduler.Default) return;
        state = new AwaitersContext(context, TaskScheduler.Current, continuation, state);
        continuation = static self => ((AwaitersContext)self!).GoOn();
    }

    private void GoOn()
    {
        if (context != null) context.Post(static self => ((AwaitersContext)self!).Continue(), this);
        else _ = Task.Factory.StartNew(static self =>
            ((AwaitersContext)self!).Continue(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
    }

    private void Continue() => continuation(state);
}
