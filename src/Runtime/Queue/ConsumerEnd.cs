using System.Runtime.CompilerServices;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>The end of a handle that takes, or a subscription.</summary>
internal abstract class ConsumerEnd : WaitingEnd
{
    private readonly Func<long, bool> _isPublished;

    protected ConsumerEnd(QueueCore handle, Pacing pacing, Func<long, bool> isPublished)
        : base(handle, handle.Session.NotEmpty, pacing, "dequeue") => _isPublished = isPublished;

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    protected abstract ref long GatherAt { get; }

    /// <summary>In a stream, lets some messages gather before one is taken.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Gather(int wanted) => GatherAt = Pacing.Gather(Position, wanted, _isPublished);

    /// <inheritdoc/>
    public override void BeginPacing()
    {
        long began = Position;
        GatherAt = began + (Pacing.Begin(began) ? 0 : Pacing.LongRun);
    }
}
