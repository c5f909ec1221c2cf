namespace TypedShmQueue.Generator.Parsing;

/// <summary>The full metadata names of the attributes that are read.</summary>
internal static class AttributeNames
{
    public const string ShmQueue = "TypedShmQueue.ShmQueueAttribute";
    public const string MemoryPackable = "MemoryPack.MemoryPackableAttribute";
    public const string StructLayout = "System.Runtime.InteropServices.StructLayoutAttribute";
    public const string ExtendedLayout = "System.Runtime.InteropServices.ExtendedLayoutAttribute";
    public const string FieldOffset = "System.Runtime.InteropServices.FieldOffsetAttribute";
    public const string Obsolete = "System.ObsoleteAttribute";
    public const string Experimental = "System.Diagnostics.CodeAnalysis.ExperimentalAttribute";
    public const string InlineArray = "System.Runtime.CompilerServices.InlineArrayAttribute";
}
