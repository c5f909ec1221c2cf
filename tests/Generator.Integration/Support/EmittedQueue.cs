using System.Linq.Expressions;
using System.Reflection;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Support;

/// <summary>Reads the constants of an emitted queue type.</summary>
internal static class EmittedQueue
{
    public static int MessageSize(Type queue) => (int)queue.GetField("MessageSize")!.GetRawConstantValue()!;

    /// <summary>A span cannot be boxed, so it is copied to an array inside a compiled expression.</summary>
    public static string Schema(Type queue)
    {
        var property = Expression.Property(null, queue.GetProperty("Schema", BindingFlags.Public | BindingFlags.Static)!);
        var copy = Expression.Call(property, nameof(ReadOnlySpan<byte>.ToArray), null);
        return Encoding.UTF8.GetString(Expression.Lambda<Func<byte[]>>(copy).Compile()());
    }
}
