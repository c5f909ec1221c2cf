namespace TypedShmQueue.WindowsRunner;

/// <summary>Which tests cannot hold on Windows, and why; and which are for the long form.</summary>
internal static class Skips
{
    public static string? ReasonOfAttribute(string attribute) => attribute switch
    {
        "NamespaceFactAttribute" => "namespaces are Linux's",
        "NobodyFactAttribute" => "needs a process of another user, which Wine does not have",
        "TraceFactAttribute" => "needs strace",
        "MountFactAttribute" or "RootFactAttribute" or "LoopFactAttribute" => "mounts a file system of Linux",
        "PrlimitFactAttribute" => "limits of a process are Linux's",
        "ProcessorsFactAttribute" => "pins threads by a call of Linux",
        _ => null,
    };

    public static string? ReasonOf(string test) => null;

    public static bool IsInShortForm(string test) => true;

    public static int RowsPerShortRow(string test) => 1;
}
