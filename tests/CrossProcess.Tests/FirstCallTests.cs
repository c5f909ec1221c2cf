using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>What is done once for a process and takes long is done when a queue is opened, not at the first message.</summary>
public sealed class FirstCallTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void A_process_registers_for_fences_when_it_opens_a_queue()
    {
        Create(capacity: 2);
        using PeerProcess peer = Peer("open-only");
        string? before = peer.Hear();
        // A system that does not tell what a process is registered for says so both times.
        before.ShouldBeOneOf("before no", "before unknown");
        peer.Hear(string.Equals(before, "before no", StringComparison.Ordinal) ? "after yes" : "after unknown");
        peer.WaitForSuccess();
    }

    /// <summary>The instruments come after the first queue of a process, and nobody has to ask for them.</summary>
    [Fact]
    public void Listeners_of_a_fresh_process_learn_of_the_instruments_whenever_they_begin()
    {
        Create(capacity: 2).Enqueue(new Parcel(1, 1), default);
        using PeerProcess peer = Peer("listen");
        peer.Hear("depth 1");
        peer.Hear("depth 1");
        peer.WaitForSuccess();
    }
}
