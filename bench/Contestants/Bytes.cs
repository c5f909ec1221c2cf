using System.Runtime.InteropServices;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>Reads some bytes into a buffer; at least one.</summary>
internal interface IByteStream : IDisposable
{
    void Write(ReadOnlySpan<byte> bytes);

    int Read(Span<byte> bytes);
}

/// <summary>
/// Messages over a stream of bytes: one write for one send; a read takes what is there, and what is missing of the last message.
/// </summary>
internal static class Bytes
{
    public static void Send<T, TStream>(in TStream stream, ReadOnlySpan<T> messages)
        where T : unmanaged
        where TStream : struct, IByteStream =>
        stream.Write(MemoryMarshal.AsBytes(messages));

    public static int Receive<T, TStream>(in TStream stream, Span<T> messages)
        where T : unmanaged
        where TStream : struct, IByteStream
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(messages);
        int size = bytes.Length / messages.Length;
        int got = stream.Read(bytes);
        while (got % size != 0) got += stream.Read(bytes.Slice(got, size - (got % size)));
        return got / size;
    }
}
