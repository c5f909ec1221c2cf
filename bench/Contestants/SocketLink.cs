using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A stream socket by blocking calls, which are its fastest for one peer; buffers as large as the ring.</summary>
internal sealed class SocketContestant<TKind>(string name) : SizedContestant(name, Standing.Peer)
    where TKind : struct, ISocketKind
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, SocketLink<T, TKind>>(seat);
}

/// <summary>How two ends find each other.</summary>
internal interface ISocketKind
{
    static abstract Socket Create();

    static abstract EndPoint Listen(string path);

    /// <summary>Tells the producer where; after the listener listens.</summary>
    static abstract void Announce(string path, Socket listener);

    static abstract EndPoint Find(string path);
}

internal readonly struct UnixSocket : ISocketKind
{
    public static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public static EndPoint Listen(string path) => new UnixDomainSocketEndPoint(path + ".socket");

    public static void Announce(string path, Socket listener) => File.WriteAllText(path, "");

    public static EndPoint Find(string path) => Listen(path);
}

internal readonly struct TcpLoopback : ISocketKind
{
    public static Socket Create() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static EndPoint Listen(string path) => new IPEndPoint(IPAddress.Loopback, 0);

    public static void Announce(string path, Socket listener)
    {
        File.WriteAllText(path + ".new", ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        File.Move(path + ".new", path);
    }

    public static EndPoint Find(string path) =>
        new IPEndPoint(IPAddress.Loopback, int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture));
}

internal readonly struct SocketLink<T, TKind> : ILink<SocketLink<T, TKind>, T>, IByteStream
    where T : unmanaged
    where TKind : struct, ISocketKind
{
    private readonly Socket _socket;

    private SocketLink(Socket socket) => _socket = socket;

    public static unsafe SocketLink<T, TKind> Open(Seat seat, string name, End end)
    {
        string path = Path.Combine(seat.Job.Directory, name);
        Socket socket = end == End.Consumer ? Accept(path) : Connect(path);
        // At least what the system gives by itself: a smaller buffer is only slower.
        int bytes = Math.Max(socket.SendBufferSize, Math.Min(1 << 20, seat.Job.Capacity * sizeof(T)));
        (socket.SendBufferSize, socket.ReceiveBufferSize) = (bytes, bytes);
        return new(socket);
    }

    private static Socket Accept(string path)
    {
        using Socket listener = TKind.Create();
        listener.Bind(TKind.Listen(path));
        listener.Listen(1);
        TKind.Announce(path, listener);
        return listener.Accept();
    }

    private static Socket Connect(string path)
    {
        while (!File.Exists(path)) Thread.Sleep(1);
        Socket socket = TKind.Create();
        socket.Connect(TKind.Find(path));
        return socket;
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
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public int Read(Span<byte> bytes)
    {
        int got = _socket.Receive(bytes);
        return got > 0 ? got : throw new EndOfStreamException("The other end was closed.");
    }

    public void Dispose() => _socket.Dispose();
}
