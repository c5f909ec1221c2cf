using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// What a lane has taken and handles. It lives on the heap and is passed by reference, since the stack may have no room for a message, and
/// neither an array nor a <see cref="Memory{T}"/> exists of messages above <see cref="LargestElement"/>.
/// </summary>
internal abstract class TakenMessages<T>
{
    /// <summary>The most bytes of an array's element.</summary>
    public const int LargestElement = ushort.MaxValue;

    /// <summary>How many messages there are, from the start of <see cref="Room"/> on.</summary>
    public int Count { get; set; }

    /// <summary>Where they are taken to: as many as a call of the handler gets at most.</summary>
    public abstract Span<T> Room { get; }

    /// <summary>Which delivery the only message is; of no meaning for a batch, and for messages without leases.</summary>
    public ShmDelivery Delivery { get; set; }

    /// <summary>Whether an array may hold such messages, and so a handler may get batches of them.</summary>
    public static bool FitInArrays => Unsafe.SizeOf<T>() <= LargestElement;

    public ref readonly T this[int index] => ref Room[index];

    /// <summary>Calls the handler.</summary>
    public abstract ValueTask GiveToAsync(IShmQueueHandler<T> handler, CancellationToken cancellationToken);
}

/// <summary>The message for a handler that gets them one by one: a field, which may be of any size.</summary>
internal sealed class TakenMessage<T> : TakenMessages<T>
{
    /// <summary>Messages up to here, each with <see cref="Copies"/> copies, have room on every stack: the smallest has 1.5 MB.</summary>
    private const int LargestOnAnyStack = 128 * 1024;

    // A handler gets its message by value: a copy for the call, one for the state of an async method, and some that it makes.
    private const int Copies = 4;
    private const int RestOfStack = 1024 * 1024;

    private T? _message;

    public override Span<T> Room => new(ref _message!);

    public override ValueTask GiveToAsync(IShmQueueHandler<T> handler, CancellationToken cancellationToken) =>
        Unsafe.SizeOf<T>() <= LargestOnAnyStack ? Give(handler, cancellationToken) : GiveOnLargeStack(handler, cancellationToken);

    // Of its own: only this frame needs room for a copy of the message.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask Give(IShmQueueHandler<T> handler, CancellationToken cancellationToken) => handler is IShmLeaseHandler<T> leased
        ? leased.HandleAsync(_message!, Delivery, cancellationToken)
        : handler.HandleAsync(_message!, cancellationToken);

    /// <summary>
    /// Calls the handler on a thread whose stack has room for its message: a thread of the pool may have none, and a stack that overflows
    /// ends the process. The thread ends when the handler first waits; an async method has its message on the heap from there on.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "It is thrown again, where the call came from.")]
    private ValueTask GiveOnLargeStack(IShmQueueHandler<T> handler, CancellationToken cancellationToken)
    {
        ValueTask handled = default;
        ExceptionDispatchInfo? error = null;
        Thread thread = new(Run, (Copies * Unsafe.SizeOf<T>()) + RestOfStack) { IsBackground = true };
        thread.Start();
        thread.Join();
        error?.Throw();
        return handled;

        void Run()
        {
            try
            {
                handled = Give(handler, cancellationToken);
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}

/// <summary>
/// Messages for a handler of batches. Nothing but this class names an array of T, so that the others work with a T of any size.
/// </summary>
internal sealed class TakenBatch<T>(int maxBatchSize) : TakenMessages<T>
{
    private readonly T[] _messages = new T[maxBatchSize];

    public override Span<T> Room => _messages;

    public override ValueTask GiveToAsync(IShmQueueHandler<T> handler, CancellationToken cancellationToken) =>
        ((IShmQueueBatchHandler<T>)handler).HandleAsync(_messages.AsMemory(0, Count), cancellationToken);
}
