using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Serialization;

public sealed partial class JsonSerializerTests
{
    [Fact]
    public void Messages_are_json_and_come_back()
    {
        ArrayBufferWriter<byte> bytes = new();
        Letter letter = new(7, "Grüße", ["a", "b"]);
        ShmJsonSerializer<Letter, LetterJson>.Serialize(letter, bytes);

        Encoding.UTF8.GetString(bytes.WrittenSpan).ShouldBe("""{"Id":7,"Text":"Gr\u00FC\u00DFe","Tags":["a","b"]}""");
        Letter back = ShmJsonSerializer<Letter, LetterJson>.Deserialize(bytes.WrittenSpan);
        (back.Id, back.Text).ShouldBe((7, "Grüße"));
        back.Tags.ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[1]")]
    public void What_is_no_message_is_refused(string json) =>
        Should.Throw<JsonException>(() => ShmJsonSerializer<Letter, LetterJson>.Deserialize(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_message_that_fails_leaves_nothing_for_the_next()
    {
        ArrayBufferWriter<byte> first = new(), second = new();
        Should.Throw<NotSupportedException>(() =>
            ShmJsonSerializer<Letter, LetterJson>.Serialize(new Letter(1, "bad", ["before", "throw"]), first));
        ShmJsonSerializer<Letter, LetterJson>.Serialize(new Letter(2, "good", []), second);
        Encoding.UTF8.GetString(second.WrittenSpan).ShouldBe("""{"Id":2,"Text":"good","Tags":[]}""");
    }

    [Fact]
    public void A_converter_may_serialize_a_message_of_its_own()
    {
        ArrayBufferWriter<byte> bytes = new();
        ShmJsonSerializer<Letter, LetterJson>.Serialize(new Letter(1, "outer", ["nested"]), bytes);
        Encoding.UTF8.GetString(bytes.WrittenSpan).ShouldBe("""{"Id":1,"Text":"outer","Tags":["nested"]}""");
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        Plain message = new(1, "text", 2.5);
        Allocation.Of(Write, turns: 100).ShouldBe(0);

        void Write()
        {
            bytes.ResetWrittenCount();
            ShmJsonSerializer<Plain, LetterJson>.Serialize(message, bytes);
        }
    }

    public sealed record Letter(long Id, string Text, [property: JsonConverter(typeof(TagConverter))] string[] Tags);

    public sealed record Plain(long Id, string Text, double Number);

    [JsonSerializable(typeof(Letter))]
    [JsonSerializable(typeof(Plain))]
    internal sealed partial class LetterJson : JsonSerializerContext, IShmJsonContext<Letter>, IShmJsonContext<Plain>
    {
        static JsonTypeInfo<Letter> IShmJsonContext<Letter>.TypeInfo => Default.Letter;

        static JsonTypeInfo<Plain> IShmJsonContext<Plain>.TypeInfo => Default.Plain;
    }

    /// <summary>Throws in the middle, or serializes another message, if a tag says so.</summary>
    public sealed class TagConverter : JsonConverter<string[]>
    {
        public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            List<string> tags = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) tags.Add(reader.GetString()!);
            return [.. tags];
        }

        public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (string tag in value)
            {
                if (tag is "throw") throw new NotSupportedException("Not today.");
                if (tag is "nested")
                    ShmJsonSerializer<Letter, LetterJson>.Serialize(new Letter(2, "inner", []), new ArrayBufferWriter<byte>());
                writer.WriteStringValue(tag);
            }

            writer.WriteEndArray();
        }
    }
}
