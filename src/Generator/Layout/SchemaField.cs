namespace TypedShmQueue.Generator.Layout;

/// <summary>One line of the schema: a leaf field of the message, or an array of leaves.</summary>
/// <param name="Offset">Bytes from the start of the message.</param>
/// <param name="Size">Bytes it takes.</param>
/// <param name="Type">Its type in the words of the schema, such as <c>i64</c> or <c>u8[32]</c>.</param>
/// <param name="Path">The dotted way to it, such as <c>Header.Seq</c>.</param>
internal sealed record SchemaField(int Offset, int Size, string Type, string Path);
