using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue.Generator.Integration.Serialization;

[ShmQueue(Serializer = typeof(ShmJsonSerializer<Order, OrderJson>), MaxMessageBytes = 1020)]
public sealed record Order(long Id, string Customer, IReadOnlyList<Line> Lines);

public sealed record Line(string Article, int Count);

[JsonSerializable(typeof(Order))]
public sealed partial class OrderJson : JsonSerializerContext, IShmJsonContext<Order>
{
    static JsonTypeInfo<Order> IShmJsonContext<Order>.TypeInfo => Default.Order;
}
