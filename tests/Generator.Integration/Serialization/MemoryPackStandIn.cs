using System.Buffers;
using System.Text.Json;

namespace MemoryPack;

/// <summary>Stands for MemoryPack's attribute, which is known by this name.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class MemoryPackableAttribute : Attribute;

/// <summary>Stands for MemoryPack's options, which are left at their default.</summary>
internal sealed class MemoryPackSerializerOptions;

/// <summary>The two members of MemoryPack that emitted code calls, declared as MemoryPack declares them. The bytes are JSON: only the calls are the point.</summary>
internal static class MemoryPackSerializer
{
    public static void Serialize<T, TBufferWriter>(in TBufferWriter bufferWriter, in T? value, MemoryPackSerializerOptions? options = default)
        where TBufferWriter : IBufferWriter<byte>
    {
        _ = options;
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(value);
        bytes.CopyTo(bufferWriter.GetSpan(bytes.Length));
        bufferWriter.Advance(bytes.Length);
    }

    public static T? Deserialize<T>(ReadOnlySpan<byte> buffer, MemoryPackSerializerOptions? options = default)
    {
        _ = options;
        return JsonSerializer.Deserialize<T>(buffer);
    }
}
