using System.Runtime.CompilerServices;

namespace TypedShmQueue.Threads;

/// <summary>
/// What this thread owns and may use next, by table: a thread finds its lane of each of many queues, and its lease entry of each of many
/// groups, without a lock and without a search. What is not here is looked for in the table itself.
/// </summary>
/// <remarks>
/// What a disposed handle had stays until another's takes its place: it keeps a few words, and no mapped memory.
/// </remarks>
internal static class KnownByThread
{
    private const int First = 16, Most = 1024;

    /// <summary>By the table's number. Numbers are given in turn, so only many tables that live together share places.</summary>
    [ThreadStatic]
    private static OwnedByThread?[]? s_known;

    /// <summary>What this thread has of a table; null if it is not known here.</summary>
    /// <typeparam name="T">The only type that the table has.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? Find<T>(TableKey key) where T : OwnedByThread
    {
        OwnedByThread?[]? known = s_known;
        if (known == null) return null;
        OwnedByThread? owned = known[key.Number & (known.Length - 1)];
        return owned != null && ReferenceEquals(owned.Key, key) ? Unsafe.As<T>(owned) : null;
    }

    /// <summary>Notes what this thread has, and may use next.</summary>
    public static void Add(OwnedByThread owned)
    {
        OwnedByThread?[] known = s_known ??= new OwnedByThread?[First];
        while (known.Length < Most && Place(known, owned) is { } other && !ReferenceEquals(other.Key, owned.Key))
            s_known = known = Grown(known);
        Place(known, owned) = owned;
    }

    /// <summary>
    /// It may be used again, as after the end of a writer that was open in a lane. Throws nothing, since its message is sent.
    /// </summary>
    public static void Restore(OwnedByThread owned)
    {
        if (s_known is { } known) Place(known, owned) = owned;
    }

    /// <summary>It is in use, as a lane with an open writer is: the thread's next call needs another one.</summary>
    public static void Forget(OwnedByThread owned)
    {
        if (s_known is { } known && ReferenceEquals(Place(known, owned), owned)) Place(known, owned) = null;
    }

    private static ref OwnedByThread? Place(OwnedByThread?[] known, OwnedByThread owned) =>
        ref known[owned.Key!.Number & (known.Length - 1)];

    private static OwnedByThread?[] Grown(OwnedByThread?[] known)
    {
        OwnedByThread?[] grown = new OwnedByThread?[2 * known.Length];
        foreach (OwnedByThread? owned in known)
        {
            if (owned != null) Place(grown, owned) = owned;
        }

        return grown;
    }
}
