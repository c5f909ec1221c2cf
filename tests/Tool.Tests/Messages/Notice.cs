using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>A message that is no plain bytes, for every subscriber.</summary>
[ShmQueue(Capacity = 4, Delivery = Delivery.Broadcast, MaxMessageBytes = 100, Serializer = typeof(ShmJsonSerializer<Notice, NoticeJson>))]
public sealed record Notice(int Id, string Text);

[JsonSerializable(typeof(Notice))]
public sealed partial class NoticeJson : JsonSerializerContext, IShmJsonContext<Notice>
{
    static JsonTypeInfo<Notice> IShmJsonContext<Notice>.TypeInfo => Default.Notice;
}
