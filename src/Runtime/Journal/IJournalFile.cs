namespace TypedShmQueue.Journal;

/// <summary>What a journal needs of a file. The real one is <see cref="JournalFile"/>; the simulator's loses power.</summary>
/// <remarks>
/// Offsets and lengths of reads are multiples of <see cref="JournalFormat.Alignment"/>, and so is the address that is read into.
/// Not thread-safe: one thread at a time uses a file.
/// </remarks>
internal interface IJournalFile
{
    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Reads what the device holds, not what the page cache holds: after a failed sync the cache may hold what the device never got.
    /// </summary>
    /// <returns>The bytes that were read: less than asked for only at the end of the file.</returns>
    /// <exception cref="IOException">The device cannot read them.</exception>
    int Read(long offset, Span<byte> into);

    /// <summary>Writes all the bytes, in no order with other writes until the next <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">Not all of it was written.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when the device holds everything that was written.</summary>
    /// <exception cref="IOException">
    /// The device may hold any part of it. A second call that succeeds proves nothing, since the system marks the pages clean.
    /// </exception>
    void Sync();
}
