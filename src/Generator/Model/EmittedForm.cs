namespace TypedShmQueue.Generator.Model;

/// <summary>How modern the emitted code may be: as modern as the language version of the user's project.</summary>
internal enum EmittedForm
{
    /// <summary>
    /// C# 9 and 10: a block for the namespace, the schema as bytes, and no interface of static members, which those cannot implement.
    /// </summary>
    Classic,

    /// <summary>C# 11 and later.</summary>
    Current,
}
