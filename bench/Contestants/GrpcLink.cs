using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Wire;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// gRPC for .NET with Protobuf messages: one stream from client to server over a Unix socket, which its documentation recommends between
/// processes.
/// </summary>
internal sealed class GrpcContestant() : SizedContestant("gRPC", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, GrpcLink<T>>(seat);
}

/// <summary>The consumer hosts the service, and takes from an inbox as large as the ring.</summary>
internal readonly struct GrpcLink<T> : ILink<GrpcLink<T>, T>
    where T : unmanaged
{
    /// <summary>A message of a batch stays in the buffer until the last one of it is written.</summary>
    private static readonly WriteOptions s_more = new(WriteFlags.BufferHint);

    private readonly WebApplication? _server;
    private readonly Channel<T>? _inbox;
    private readonly GrpcChannel? _channel;
    private readonly AsyncClientStreamingCall<Parcel, Receipt>? _call;

    private GrpcLink(WebApplication server, Channel<T> inbox)
    {
        _server = server;
        _inbox = inbox;
    }

    private GrpcLink(GrpcChannel channel, AsyncClientStreamingCall<Parcel, Receipt> call)
    {
        _channel = channel;
        _call = call;
    }

    public static GrpcLink<T> Open(Seat seat, string name, End end)
    {
        string path = Path.Combine(seat.Job.Directory, name + ".grpc");
        return end == End.Consumer ? Listen(path, seat.Job.Capacity) : Connect(path);
    }

    private static GrpcLink<T> Listen(string path, int capacity)
    {
        Channel<T> inbox = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true,
            AllowSynchronousContinuations = true });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.ConfigureKestrel(kestrel =>
        {
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MinRequestBodyDataRate) = (null, null);
            kestrel.ListenUnixSocket(path + ".new", static listener => listener.Protocols = HttpProtocols.Http2);
        });
        _ = builder.Services.AddGrpc();
        _ = builder.Services.AddSingleton(inbox.Writer);
        WebApplication server = builder.Build();
        _ = server.MapGrpcService<ParcelService<T>>();
        server.StartAsync().GetAwaiter().GetResult();
        // Found only once it listens.
        File.Move(path + ".new", path);
        return new(server, inbox);
    }

    private static GrpcLink<T> Connect(string path)
    {
        while (!File.Exists(path)) Thread.Sleep(1);
        GrpcChannel channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            },
        });
        return new(channel, new Parcels.ParcelsClient(channel).Send());
    }

    public void Send(in T message) => Write(in message, null);

    public void Send(ReadOnlySpan<T> messages)
    {
        for (int i = 0; i < messages.Length; i++) Write(in messages[i], i < messages.Length - 1 ? s_more : null);
    }

    private void Write(in T message, WriteOptions? options)
    {
        IClientStreamWriter<Parcel> stream = _call!.RequestStream;
        stream.WriteOptions = options;
        Task written =
            stream.WriteAsync(new Parcel { Content = ByteString.CopyFrom(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message))) });
        if (!written.IsCompletedSuccessfully) written.GetAwaiter().GetResult();
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
        _call?.Dispose();
        _channel?.Dispose();
        if (_server == null) return;
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));
        _server.StopAsync(soon.Token).GetAwaiter().GetResult();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>The server's side: what comes goes into the inbox.</summary>
internal sealed class ParcelService<T>(ChannelWriter<T> inbox) : Parcels.ParcelsBase
    where T : unmanaged
{
    /// <summary>However the call ends, the receiver learns of it: it would wait indefinitely for what does not come any more.</summary>
    public override async Task<Receipt> Send(IAsyncStreamReader<Parcel> requestStream, ServerCallContext context)
    {
        try
        {
            long count = 0;
            while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
            {
                T message = Message(requestStream.Current.Content.Span);
                if (!inbox.TryWrite(message)) await inbox.WriteAsync(message, context.CancellationToken).ConfigureAwait(false);
                count++;
            }

            _ = inbox.TryComplete(new EndOfStreamException("The call ended."));
            return new Receipt { Count = count };
        }
        catch (Exception exception)
        {
            _ = inbox.TryComplete(exception);
            throw;
        }
    }

    private static T Message(ReadOnlySpan<byte> content)
    {
        if (content.Length != Unsafe.SizeOf<T>()) throw new InvalidDataException($"A message of {content.Length} bytes came, not one " +
            $"of {Unsafe.SizeOf<T>()}.");
        return MemoryMarshal.Read<T>(content);
    }
}
