using System.Runtime.InteropServices;

namespace TypedShmQueue.Bench.Durable;

/// <summary>What people use for a durable queue without a server: a table of SQLite, in its write-ahead log, synced at each insert.</summary>
internal sealed partial class SqliteTable : IDisposable
{
    private const string Library = "libsqlite3.so.0";
    private const int BusyMilliseconds = 60_000;

    private readonly nint _connection;

    public SqliteTable(string folder)
    {
        if (Open(Path.Combine(folder, "sqlite"), out _connection) != 0) throw new IOException("SQLite cannot open its file.");
        _ = SetBusyTimeout(_connection, BusyMilliseconds);
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS q (id INTEGER PRIMARY KEY, m BLOB)");
    }

    /// <summary>Null if the library is not installed.</summary>
    public static SqliteTable? TryOpen(string folder)
    {
        if (!NativeLibrary.TryLoad(Library, out nint library)) return null;
        NativeLibrary.Free(library);
        return new SqliteTable(folder);
    }

    public void Enqueue() => Execute("INSERT INTO q (m) VALUES (zeroblob(64))");

    public void Dispose() => _ = Close(_connection);

    private void Execute(string sql)
    {
        int error = Execute(_connection, sql, 0, 0, 0);
        if (error != 0) throw new IOException($"SQLite: error {error}.");
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, out nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")]
    private static partial int SetBusyTimeout(nint connection, int milliseconds);

    [LibraryImport(Library, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(nint connection, string sql, nint callback, nint argument, nint error);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    private static partial int Close(nint connection);
}
