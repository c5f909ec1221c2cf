using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>What every emitted queue of an unmanaged <typeparamref name="T"/> can do: write code once for all queues.</summary>
/// <typeparam name="TSelf">The emitted queue type.</typeparam>
/// <typeparam name="T">The message.</typeparam>
/// <remarks>
/// All members are safe to call from any thread, with one exception: a role declared <see cref="Endpoints.One"/> belongs to one
/// thread at a time; a pending asynchronous call counts as one. No member allocates except the lifetime calls,
/// <see cref="IShmQueue{TSelf}.Statistics"/>, and what makes a stream or a channel adapter. Asynchronous calls are pooled: await what they return once.
/// </remarks>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The names are the published contract.")]
public interface IShmQueue<TSelf, T> : IShmQueue<TSelf>, IShmProducer<T>, IShmConsumer<T>
    where TSelf : class, IShmQueue<TSelf, T>
    where T : unmanaged
{
    /// <summary>Claims a slot to write in place, if there is room. Never waits.</summary>
    bool TryClaim(out SlotWriter<T> writer);
}
