using System.Runtime.CompilerServices;

namespace TypedShmQueue.Hosting;

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

    /// <summary>Whether an array may hold such messages, and so a handler may get batches of them.</summary>
    public static bool FitInArrays => Unsafe.SizeOf<T>() <= LargestElement;

    public ref readonly T this[int index] => ref Room[index];

    /// <summary>Calls the handler.</summary>
    public abstract ValueTask GiveToAsync(IShmQueueHandler<T> handler, CancellationToken cancellationToken);
}
