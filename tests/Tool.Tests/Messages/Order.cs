using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>A message that is no plain bytes.</summary>
[ShmQueue(Capacity = 4, MaxMessageBytes = 200, Serializer = typeof(ShmJsonSerializer<Order, OrderJson>))]
public sealed record Order(long Id, string Customer, IReadOnlyList<string> Items);

[JsonSerializable(typeof(Order))]
public sealed partial class OrderJson : JsonSerializerContext, IShmJsonContext<Order>
{
    static JsonTypeInfo<Order> IShmJsonContext<Order>.TypeInfo => Default.Order;
}
