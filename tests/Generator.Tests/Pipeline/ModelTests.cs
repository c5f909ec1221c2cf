using System.Reflection;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>The caching contract of the models: values only, and equal if what they hold is equal.</summary>
public sealed class ModelTests
{
    private static readonly BindingFlags s_all =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Hold_strings_numbers_and_each_other()
    {
        var reached = Closure(typeof(NamedQueue));

        reached.ShouldContain(typeof(QueueModel));
        reached.Where(static type => !IsValue(type) && !IsModel(type)).ShouldBeEmpty();
    }

    [Fact]
    public void Are_compared_by_what_they_hold() => Closure(typeof(NamedQueue)).Where(IsModel)
        .ShouldAllBe(static type => type.GetInterfaces().Any(contract => contract == typeof(IEquatable<>).MakeGenericType(type)));

    [Fact]
    public void Cannot_be_changed() => Closure(typeof(NamedQueue)).Where(IsModel)
        .SelectMany(static type => type.GetFields(s_all)).ShouldAllBe(static field => field.IsInitOnly);

    private static HashSet<Type> Closure(Type root)
    {
        var reached = new HashSet<Type>();
        var open = new Queue<Type>([root]);
        while (open.TryDequeue(out var type))
        {
            if (!reached.Add(type) || !IsModel(type))
                continue;
            foreach (var field in type.GetFields(s_all))
            {
                // An equatable array is known by what it compares, not by how it stores it.
                foreach (var part in type.IsGenericType ? type.GetGenericArguments() : [field.FieldType])
                    open.Enqueue(Nullable.GetUnderlyingType(part) ?? part);
            }
        }

        return reached;
    }

    private static bool IsModel(Type type) =>
        !type.IsEnum && string.Equals(type.Namespace, typeof(QueueModel).Namespace, StringComparison.Ordinal);

    private static bool IsValue(Type type) => type == typeof(string) || type.IsPrimitive || type.IsEnum;
}
