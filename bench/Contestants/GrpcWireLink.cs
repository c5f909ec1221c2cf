using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// What gRPC is on the wire: length-prefixed messages in one HTTP/2 request over a Unix socket, by the client and the server that gRPC for
/// .NET stands on. Without its own code and Protobuf's, so it is rather faster than gRPC.
/// </summary>
internal sealed class GrpcWireContestant() : SizedContestant("gRPC wire (HTTP/2)", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, GrpcWireLink<T>>(seat);
}

/// <summary>The consumer hosts the service, and takes from an inbox as large as the ring.</summary>
internal readonly struct GrpcWireLink<T> : ILink<GrpcWireLink<T>, T>
    where T : unmanaged
{
    /// <summary>Not compressed, and the length.</summary>
    private const int PrefixSize = 5;

    private static readonly int s_frameSize = PrefixSize + Unsafe.SizeOf<T>();

    private readonly WebApplication? _server;
    private readonly Channel<T>? _inbox;
    private readonly HttpClient? _client;
    private readonly OpenRequest? _request;
    private readonly Stream? _stream;
    private readonly byte[] _frames;

    private GrpcWireLink(WebApplication server, Channel<T> inbox)
    {
        _server = server;
        _inbox = inbox;
        _frames = [];
    }

    private GrpcWireLink(HttpClient client, OpenRequest request, int batch)
    {
        _client = client;
        _request = request;
        _stream = request.Stream;
        _frames = new byte[batch * s_frameSize];
    }

    public static GrpcWireLink<T> Open(Seat seat, string name, End end)
    {
        string path = Path.Combine(seat.Job.Directory, name + ".http");
        return end == End.Consumer ? Listen(path, seat.Job.Capacity) : Connect(path, seat.Job.Batch);
    }

    private static GrpcWireLink<T> Listen(string path, int capacity)
    {
        Channel<T> inbox = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = true });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.ConfigureKestrel(kestrel =>
        {
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MinRequestBodyDataRate) = (null, null);
            kestrel.ListenUnixSocket(path + ".new", static listener => listener.Protocols = HttpProtocols.Http2);
        });
        WebApplication server = builder.Build();
        server.Run(context => TakeAll(context, inbox.Writer));
        server.StartAsync().GetAwaiter().GetResult();
        // Found only once it listens.
        File.Move(path + ".new", path);
        return new(server, inbox);
    }

    /// <summary>However the request ends, whoever receives is told: it would wait for ever for what does not come any more.</summary>
    private static async Task TakeAll(HttpContext context, ChannelWriter<T> inbox)
    {
        try
        {
            await TakeAll(context.Request.BodyReader, inbox, context.RequestAborted).ConfigureAwait(false);
            _ = inbox.TryComplete(new EndOfStreamException("The request ended."));
        }
        catch (Exception exception)
        {
            _ = inbox.TryComplete(exception);
            throw;
        }
    }

    private static async Task TakeAll(PipeReader body, ChannelWriter<T> inbox, CancellationToken aborted)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(aborted).ConfigureAwait(false);
            ReadOnlySequence<byte> left = read.Buffer;
            while (left.Length >= s_frameSize)
            {
                T message = Message(left);
                if (!inbox.TryWrite(message)) await inbox.WriteAsync(message, aborted).ConfigureAwait(false);
                left = left.Slice(s_frameSize);
            }

            body.AdvanceTo(left.Start, left.End);
            if (read.IsCompleted) return;
        }
    }

    private static T Message(ReadOnlySequence<byte> frame)
    {
        Unsafe.SkipInit(out T message);
        frame.Slice(PrefixSize, Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(new Span<T>(ref message)));
        return message;
    }

    private static GrpcWireLink<T> Connect(string path, int batch)
    {
        while (!File.Exists(path)) Thread.Sleep(1);
        HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return new(client, new OpenRequest(client), batch);
    }

    public void Send(in T message) => Send(new ReadOnlySpan<T>(in message));

    public void Send(ReadOnlySpan<T> messages)
    {
        Span<byte> frames = _frames.AsSpan(0, messages.Length * s_frameSize);
        for (int i = 0; i < messages.Length; i++)
        {
            Span<byte> frame = frames.Slice(i * s_frameSize, s_frameSize);
            frame[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], Unsafe.SizeOf<T>());
            MemoryMarshal.Write(frame[PrefixSize..], messages[i]);
        }

        _stream!.Write(frames);
        _stream.Flush();
    }

    public void Receive(out T message)
    {
        while (!_inbox!.Reader.TryRead(out message))
        {
            ValueTask<bool> ready = _inbox.Reader.WaitToReadAsync();
            if (!ready.IsCompleted) _ = ready.AsTask().GetAwaiter().GetResult();
        }
    }

    public int Receive(Span<T> messages)
    {
        Receive(out messages[0]);
        int taken = 1;
        while (taken < messages.Length && _inbox!.Reader.TryRead(out messages[taken])) taken++;
        return taken;
    }

    public void Dispose()
    {
        _request?.Dispose();
        _client?.Dispose();
        if (_server == null) return;
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));
        _server.StopAsync(soon.Token).GetAwaiter().GetResult();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>A request whose body is written as long as the link lives.</summary>
internal sealed class OpenRequest : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpRequestMessage _message;

    public OpenRequest(HttpClient client)
    {
        _message = new HttpRequestMessage(HttpMethod.Post, "http://localhost/bench/Send")
        {
            Content = this,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Task answer = client.SendAsync(_message, HttpCompletionOption.ResponseHeadersRead);
        if (Task.WaitAny(_opened.Task, answer) == 1) answer.GetAwaiter().GetResult();
        Stream = _opened.Task.Result;
    }

    public Stream Stream { get; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _opened.SetResult(stream);
        return _ended.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ended.TrySetResult()) _message.Dispose();
        base.Dispose(disposing);
    }
}
