using System.Globalization;
using System.Runtime.InteropServices;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A named pipe (fifo) by plain read and write, its buffer as large as the ring.</summary>
internal sealed class NamedPipeContestant() : SizedContestant("named pipe", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, PipeLink<T, NamedPipe>>(seat);
}

/// <summary>An anonymous pipe by plain read and write, its buffer as large as the ring.</summary>
internal sealed class AnonymousPipeContestant() : SizedContestant("anonymous pipe", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, PipeLink<T, AnonymousPipe>>(seat);
}

/// <summary>How both ends come by a pipe.</summary>
internal interface IPipeKind
{
    /// <summary>A descriptor of this end.</summary>
    static abstract int Open(Seat seat, string name, End end);
}

internal readonly struct NamedPipe : IPipeKind
{
    public static int Open(Seat seat, string name, End end)
    {
        const uint OwnerOnly = 0x180;
        string path = Path.Combine(seat.Job.Directory, name);
        _ = Libc.MakeFifo(path, OwnerOnly); // whoever comes second finds it made
        return (int)Libc.Check(Libc.Open(path, end == End.Producer ? Libc.WriteOnly : Libc.ReadOnly), "open");
    }
}

/// <summary>The consumer makes it and tells where; the producer, no child of the consumer's, gets its end through /proc.</summary>
internal readonly unsafe struct AnonymousPipe : IPipeKind
{
    public static int Open(Seat seat, string name, End end)
    {
        string note = Path.Combine(seat.Job.Directory, name);
        if (end == End.Consumer)
        {
            int* ends = stackalloc int[2];
            _ = Libc.Check(Libc.Pipe(ends), "pipe");
            File.WriteAllText(note + ".new", string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{ends[1]}"));
            File.Move(note + ".new", note);
            // The producer's end stays open here too: end marks, not an end of file, end the stream.
            return ends[0];
        }

        while (!File.Exists(note)) Thread.Sleep(1);
        return (int)Libc.Check(Libc.Open(File.ReadAllText(note), Libc.WriteOnly), "open");
    }
}

internal readonly unsafe struct PipeLink<T, TKind> : ILink<PipeLink<T, TKind>, T>, IByteStream
    where T : unmanaged
    where TKind : struct, IPipeKind
{
    private readonly int _descriptor;

    private PipeLink(int descriptor) => _descriptor = descriptor;

    public static PipeLink<T, TKind> Open(Seat seat, string name, End end)
    {
        int descriptor = TKind.Open(seat, name, end);
        _ = Libc.Control(descriptor, Libc.SetPipeSize, (nint)Math.Min(1 << 20, (long)seat.Job.Capacity * sizeof(T)));
        return new(descriptor);
    }

    public void Send(in T message) => Bytes.Send(this, new ReadOnlySpan<T>(in message));

    public void Send(ReadOnlySpan<T> messages) => Bytes.Send(this, messages);

    public void Receive(out T message)
    {
        message = default;
        _ = Bytes.Receive(this, new Span<T>(ref message));
    }

    public int Receive(Span<T> messages) => Bytes.Receive(this, messages);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint done = 0; done < bytes.Length;) done += Libc.Check(Libc.Write(_descriptor, start + done, bytes.Length - done),
                "write");
        }
    }

    public int Read(Span<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint got = Libc.Check(Libc.Read(_descriptor, start, bytes.Length), "read");
            return got > 0 ? (int)got : throw new EndOfStreamException("The other end was closed.");
        }
    }

    public void Dispose() => _ = Libc.Close(_descriptor);
}
