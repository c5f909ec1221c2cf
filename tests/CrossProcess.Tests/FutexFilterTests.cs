using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A container's filter answers futex_waitv with whatever error it was given: the dispatcher does without the call, and does not spin.
/// </summary>
public sealed class FutexFilterTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    /// <summary>Far above a look each millisecond by two threads, and far below what a thread does that never parks.</summary>
    private const int MostAwakenings = 4000;

    [LabelTheory]
    [InlineData("start", 1)]
    [InlineData("start", 4)]
    [InlineData("start", 11)]
    [InlineData("start", 13)]
    [InlineData("start", 22)]
    [InlineData("start", 38)]
    [InlineData("start", 110)]
    [InlineData("before", 1)] // EPERM
    [InlineData("before", 4)] // EINTR
    [InlineData("before", 11)] // EAGAIN, an answer of the call itself
    [InlineData("before", 13)] // EACCES
    [InlineData("before", 22)] // EINVAL, another
    [InlineData("before", 38)] // ENOSYS
    [InlineData("before", 110)] // ETIMEDOUT, a third
    [InlineData("after", 1)]
    [InlineData("after", 4)]
    [InlineData("after", 11)]
    [InlineData("after", 13)]
    [InlineData("after", 22)]
    [InlineData("after", 38)]
    [InlineData("after", 110)]
    public void Dispatcher_parks_without_the_call(string when, int error)
    {
        string second = ShmQueueName.NewUnique();
        var queue = Create(capacity: 2);
        var other = Create(capacity: 2, second);
        using PeerProcess peer = Peer("async-filtered", string.Create(CultureInfo.InvariantCulture, $"{second}:{when}:{error}"));
        // Whatever number the filter was given, the library asks so that it cannot be the call's own answer.
        if (when is "start") peer.Hear("parks on 1");
        int awakenings = int.Parse(peer.Hear()!, CultureInfo.InvariantCulture);
        other.Enqueue(new Parcel(1, 2), default);
        queue.Enqueue(new Parcel(1, 1), default);
        peer.Hear("got 1");
        peer.Hear("got 2");
        peer.WaitForSuccess();
        awakenings.ShouldBeLessThan(MostAwakenings);
    }
}
