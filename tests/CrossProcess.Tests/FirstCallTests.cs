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
}
