using System.Collections.Concurrent;
using System.Threading.Channels;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>System.Threading.Channels: threads of one process. It has no call for several messages.</summary>
internal sealed class ChannelContestant() : SizedContestant("Channels (in process)", Standing.Peer)
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, ChannelLink<T>>(seat);
}

/// <summary>Bounded; Try calls first, and a wait only when they fail, as its documentation shows.</summary>
internal readonly struct ChannelLink<T> : ILink<ChannelLink<T>, T>
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<string, Channel<T>> s_open = new(StringComparer.Ordinal);

    private readonly Channel<T> _channel;
    private readonly string _key;

    private ChannelLink(string key, Channel<T> channel)
    {
        _key = key;
        _channel = channel;
    }

    public static ChannelLink<T> Open(Seat seat, string name, End end)
    {
        string key = Path.Combine(seat.Job.Directory, name);
        return new(key, s_open.GetOrAdd(key, static (_, job) => Channel.CreateBounded<T>(new BoundedChannelOptions(job.Capacity)
        {
            SingleWriter = job.Producers == 1,
            SingleReader = job.Consumers == 1,
            // Faster, and no pool thread stands between the two: one would inherit the core of the seat that made it start.
            AllowSynchronousContinuations = true,
        }), seat.Job));
    }

    public void Send(in T message)
    {
        while (!_channel.Writer.TryWrite(message)) Wait(_channel.Writer.WaitToWriteAsync());
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        foreach (ref readonly T message in messages) Send(message);
    }

    public void Receive(out T message)
    {
        while (!_channel.Reader.TryRead(out message)) Wait(_channel.Reader.WaitToReadAsync());
    }

    public int Receive(Span<T> messages)
    {
        Receive(out messages[0]);
        int taken = 1;
        while (taken < messages.Length && _channel.Reader.TryRead(out messages[taken])) taken++;
        return taken;
    }

    private static void Wait(ValueTask<bool> ready)
    {
        if (!ready.IsCompleted) _ = ready.AsTask().GetAwaiter().GetResult();
    }

    public void Dispose() => _ = s_open.TryRemove(_key, out _);
}
