using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue.Generator.Integration.Serialization;

[ShmQueue(Delivery = Delivery.Broadcast, Serializer = typeof(ShmJsonSerializer<Headline, HeadlineJson>), MaxMessageBytes = 1020)]
public sealed record Headline(string Topic, string Text);

[JsonSerializable(typeof(Headline))]
public sealed partial class HeadlineJson : JsonSerializerContext, IShmJsonContext<Headline>
{
    static JsonTypeInfo<Headline> IShmJsonContext<Headline>.TypeInfo => Default.Headline;
}
