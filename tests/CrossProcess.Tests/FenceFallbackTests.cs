using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Processes with and without membarrier together: no wake is lost, whoever of the two parks.</summary>
public abstract class FenceFallbackTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Every_wake_arrives(bool firstWithout, bool secondWithout)
    {
        // Three processes in a row, this one with membarrier: test → first → second → test, each parks for each message.
        string a = ShmQueueName.NewUnique(), b = ShmQueueName.NewUnique();
        var there = Create(capacity: 2);
        var between = Create(capacity: 2, a);
        var back = Create(capacity: 2, b);
        using PeerProcess first = Folder.Track(PeerProcess.Start([.. Arguments("echo", a, firstWithout ? ["--no-membarrier"] : [])]));
        first.Hear("ready");
        string[] arguments = [.. Arguments("echo", b, secondWithout ? ["--no-membarrier"] : [])];
        arguments[4] = a;
        using PeerProcess second = Folder.Track(PeerProcess.Start(arguments));
        second.Hear("ready");
        Worker.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                there.Enqueue(new Parcel(1, i), default);
                back.Dequeue(default).ShouldBe(new Parcel(1, i));
            }
        });
        there.Complete();
        first.Hear("end");
        first.WaitForSuccess();
        between.Complete();
        second.Hear("end");
    }
}
