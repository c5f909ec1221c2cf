using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue;

/// <summary>
/// Says which JSON contract a message has. Implement it on your source-generated <c>JsonSerializerContext</c>, so that no reflection is
/// needed.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmJsonContext<T>
{
    /// <summary>The contract, such as <c>Default.Order</c>: the same object at every call.</summary>
    static abstract JsonTypeInfo<T> TypeInfo { get; }
}
