namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>What emitted code needs of MemoryPack: its attribute, and the two members that are called, declared as MemoryPack declares them.</summary>
internal static class MemoryPackStandIn
{
    public const string Source =
        """
        namespace MemoryPack;

        [System.AttributeUsage(System.AttributeTargets.Class | System.AttributeTargets.Struct | System.AttributeTargets.Interface)]
        internal sealed class MemoryPackableAttribute : System.Attribute { }

        internal sealed class MemoryPackSerializerOptions { }

        internal static class MemoryPackSerializer
        {
            public static void Serialize<T, TBufferWriter>(in TBufferWriter bufferWriter, in T? value, MemoryPackSerializerOptions? options = default)
                where TBufferWriter : System.Buffers.IBufferWriter<byte> => throw new System.NotImplementedException();

            public static T? Deserialize<T>(System.ReadOnlySpan<byte> buffer, MemoryPackSerializerOptions? options = default) => throw new System.NotImplementedException();
        }
        """;
}
