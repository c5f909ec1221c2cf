using System.Globalization;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>What one would write without a broadcast queue: a named pipe to each reader, and a loop over them.</summary>
internal sealed class FanOutPipesContestant() : SizedContestant("loop of named pipes", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, FanOutLink<T, PipeLink<T, NamedPipe>>>(seat);
}

/// <summary>As <see cref="FanOutPipesContestant"/>, with a Unix socket to each reader.</summary>
internal sealed class FanOutSocketsContestant() : SizedContestant("loop of Unix sockets", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, FanOutLink<T, SocketLink<T, UnixSocket>>>(seat);
}

/// <summary>The producer has a link to each consumer, and sends each message to one after the other.</summary>
internal readonly struct FanOutLink<T, TLink> : ILink<FanOutLink<T, TLink>, T>
    where T : unmanaged
    where TLink : struct, ILink<TLink, T>
{
    private readonly TLink[] _links;

    private FanOutLink(TLink[] links) => _links = links;

    public static FanOutLink<T, TLink> Open(Seat seat, string name, End end) => new(end == End.Producer
        ? [.. Enumerable.Range(0, seat.Job.Consumers).Select(i => TLink.Open(seat, NameOf(name, i), end))]
        : [TLink.Open(seat, NameOf(name, seat.Index - seat.Job.Producers), end)]);

    public void Send(in T message)
    {
        foreach (ref readonly TLink link in _links.AsSpan()) link.Send(message);
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        foreach (ref readonly TLink link in _links.AsSpan()) link.Send(messages);
    }

    public void Receive(out T message) => _links[0].Receive(out message);

    public int Receive(Span<T> messages) => _links[0].Receive(messages);

    public void Dispose()
    {
        foreach (TLink link in _links) link.Dispose();
    }

    private static string NameOf(string name, int consumer) => string.Create(CultureInfo.InvariantCulture, $"{name}-{consumer}");
}
