using System.Runtime.InteropServices;

namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>Writes to a queue's file as no queue would.</summary>
internal static class Spoiler
{
    public static void Write<T>(string path, long offset, T value) where T : unmanaged =>
        Write(path, offset, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public static void Write(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = Open(path);
        RandomAccess.Write(file.SafeFileHandle, bytes, offset);
    }

    public static byte[] Read(string path, long offset, int count)
    {
        byte[] bytes = new byte[count];
        using FileStream file = Open(path);
        RandomAccess.Read(file.SafeFileHandle, bytes, offset);
        return bytes;
    }

    public static long ReadWord(string path, long offset) => BitConverter.ToInt64(Read(path, offset, 8));

    public static void SetLength(string path, long length)
    {
        using FileStream file = Open(path);
        file.SetLength(length);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
