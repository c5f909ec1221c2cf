using System.Reflection;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>The names that the parser keeps free are those that the emitter uses.</summary>
public sealed class ReservedNamesTests
{
    [Fact]
    public void Every_member_and_nested_type_of_a_queue_is_reserved()
    {
        Type queue = typeof(IShmQueue<,>);
        var members = queue.GetInterfaces().Append(queue)
            .SelectMany(static contract => contract.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance))
            .Where(static member => member is not MethodInfo { IsSpecialName: true })
            .Select(static member => member.Name)
            .Concat([nameof(IDisposable.Dispose), "EnqueueShift", "Subscribe", "Subscriptions", "RemoveSubscription", "Slot", "MemoryPackFormat"]);

        NameClash.EmittedMembers.Order(StringComparer.Ordinal).ShouldBe(members.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
