using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Answers as JSON, from the properties of what is shown: names in camel case, enumerations by name, nothing for null. As JsonSerializer
/// writes them, which makes generic code for each type when it runs, and so cannot be compiled ahead of time.
/// </summary>
internal static class JsonText
{
    private const string Kept = "A native tool keeps all of its own assembly and of the runtime: TrimmerRootAssembly in its project.";

    public static string Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T value, bool indented)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer,
            new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = HarmlessEncoder.Instance }))
            Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool isTrue: writer.WriteBooleanValue(isTrue); break;
            case Enum name: writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(name.ToString())); break;
            case byte or sbyte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case float number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case DateTimeOffset time: writer.WriteStringValue(time); break;
            case DateTime time: writer.WriteStringValue(time); break;
            case TimeSpan time: writer.WriteStringValue(time.ToString("c", CultureInfo.InvariantCulture)); break;
            case IEnumerable all: WriteAll(writer, all); break;
            default: WriteProperties(writer, value); break;
        }
    }

    private static void WriteAll(Utf8JsonWriter writer, IEnumerable all)
    {
        writer.WriteStartArray();
        foreach (object? one in all) Write(writer, one);
        writer.WriteEndArray();
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = Kept)]
    private static void WriteProperties(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.GetValue(value) is not { } content) continue;
            writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Write(writer, content);
        }

        writer.WriteEndObject();
    }
}
