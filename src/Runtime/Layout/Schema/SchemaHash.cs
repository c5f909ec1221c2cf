namespace TypedShmQueue.Layout.Schema;

/// <summary>FNV-1a, 64 bits (Fowler, Noll, Vo), over the schema's UTF-8 bytes: the same computation as the generator's.</summary>
internal static class SchemaHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<byte> schema)
    {
        ulong hash = OffsetBasis;
        foreach (byte b in schema) hash = unchecked((hash ^ b) * Prime);
        return hash;
    }
}
