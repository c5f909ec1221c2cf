using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A message of 3 MB that is passed by reference needs no room on the stack: where a call made a temporary of it, it ended the process by a
/// stack overflow. Every thread of the peer has 1.5 MB, the library's own included.
/// </summary>
public abstract class LargeMessageTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Calls_by_reference_need_no_room_on_the_stack()
    {
        using PeerProcess peer = Folder.Track(PeerProcess.Start(Arguments("large", ""), under: ["DOTNET_DefaultStackSize=16E360"]));
        List<string> calls = [];
        while (peer.Hear() is { } call) calls.Add(call);
        calls.LastOrDefault().ShouldBe("did all", $"{string.Join(", ", calls)}; {peer.Ending}");
        peer.WaitForSuccess();
    }
}

public sealed class LargeMessageTests_ManyProducers_ManyConsumers : LargeMessageTests<ManyProducers, ManyConsumers>;
public sealed class LargeMessageTests_OneProducer_OneConsumer : LargeMessageTests<OneProducer, OneConsumer>;
public sealed class LargeMessageTests_OneProducer_OneWaitingConsumer : LargeMessageTests<OneProducer, OneWaitingConsumer>;
public sealed class LargeMessageTests_ManyProducers_OneConsumer : LargeMessageTests<ManyProducers, OneConsumer>;
public sealed class LargeMessageTests_ManyProducers_OneWaitingConsumer : LargeMessageTests<ManyProducers, OneWaitingConsumer>;
public sealed class LargeMessageTests_ManyProducers_Workers : LargeMessageTests<ManyProducers, Workers>;
public sealed class LargeMessageTests_OneProducer_Workers : LargeMessageTests<OneProducer, Workers>;
public sealed class LargeMessageTests_ManyProducers_Subscribers : LargeMessageTests<ManyProducers, Subscribers>;
public sealed class LargeMessageTests_OneProducer_Subscribers : LargeMessageTests<OneProducer, Subscribers>;
