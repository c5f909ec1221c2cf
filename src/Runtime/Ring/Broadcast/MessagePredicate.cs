namespace TypedShmQueue;

/// <summary>
/// Whether a message is wanted. An unmanaged one is looked at in its slot, without being copied first; a serialized one once it is
/// deserialized.
/// </summary>
/// <remarks>
/// It must depend on nothing but the message, and change nothing: under <c>EnqueueShift</c> a message may be overwritten while it is
/// looked at, and then the answer is thrown away. It must not call its subscription.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
/// <param name="message">The message; not to be kept.</param>
/// <returns>True to take it, false to pass it over.</returns>
public delegate bool MessagePredicate<T>(in T message);
