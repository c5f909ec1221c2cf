namespace TypedShmQueue.Journal;

/// <summary>
/// The guards of a journal, each of which a test leaves out to show that the simulator finds what happens without it. The journal takes
/// them as a struct type parameter, so the compiler folds them away. docs/journal.md lists them.
/// </summary>
internal interface IJournalRules
{
    /// <summary>Blocks are believed only if their checksums are right.</summary>
    static virtual bool ChecksBlocks => true;

    /// <summary>A block begins where no earlier block shares its sector.</summary>
    static virtual bool AlignsBlocks => true;

    /// <summary>A block follows another only if it names that one's checksum.</summary>
    static virtual bool Chains => true;

    /// <summary>A snapshot has a generation above all that were ever tried.</summary>
    static virtual bool RaisesGenerations => true;

    /// <summary>A block follows another only if both are of one generation.</summary>
    static virtual bool ChecksGenerations => true;

    /// <summary>A snapshot is written to the half that does not hold the newest complete generation.</summary>
    static virtual bool SparesNewest => true;

    /// <summary>A commit returns after the sync.</summary>
    static virtual bool SyncsCommits => true;

    /// <summary>A snapshot counts after its sync, that of a recovery too.</summary>
    static virtual bool SyncsSnapshots => true;

    /// <summary>After a sync that failed, nothing that was written before it is believed.</summary>
    static virtual bool DoubtsFailedSyncs => true;

    /// <summary>Whoever finds a write without an end begins a new generation.</summary>
    static virtual bool TakesOver => true;

    /// <summary>Recovery syncs before it reads, so that what it reads stays.</summary>
    static virtual bool SyncsBeforeReading => true;

    /// <summary>A block behind the end of the chain proves that the end is damage, and no torn tail.</summary>
    static virtual bool LooksBehindTheEnd => true;

    /// <summary>A commit of a generation proves that its snapshot was complete.</summary>
    static virtual bool BelievesCommits => true;

    /// <summary>What a block says was committed before it is missed if it is not there.</summary>
    static virtual bool BelievesCommitted => true;

    /// <summary>The writer has come to a step. A test dies or loses power there.</summary>
    static virtual void At(string step)
    {
    }
}

/// <summary>The rules as they are: every guard is there.</summary>
internal readonly struct JournalRules : IJournalRules
{
    /// <inheritdoc cref="IJournalRules.At"/>
    /// <remarks>In a Release build it is empty, and no call to it is left.</remarks>
    public static void At(string step) => Steps.At(step);
}
