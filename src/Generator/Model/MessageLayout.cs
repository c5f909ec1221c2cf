namespace TypedShmQueue.Generator.Model;

/// <summary>What the emitter needs to know about the bytes of a message.</summary>
/// <param name="Size">Bytes of one message.</param>
/// <param name="Schema">Every leaf field, as text.</param>
/// <param name="SchemaId">The hash of the text.</param>
internal sealed record MessageLayout(int Size, string Schema, ulong SchemaId);
