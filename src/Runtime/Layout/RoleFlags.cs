namespace TypedShmQueue.Layout;

/// <summary>The protocol that a queue's processes agree on, as bits of the header.</summary>
internal readonly record struct RoleFlags(uint Bits)
{
    private const uint OneProducerBit = 1, OneConsumerBit = 2, WaitBit = 4, BroadcastBit = 8, AcknowledgedBit = 16;

    public RoleFlags(Endpoints producers, Endpoints consumers, Overflow overflow, Delivery delivery = Delivery.Queue)
        : this((producers == Endpoints.One ? OneProducerBit : 0) | (consumers == Endpoints.One ? OneConsumerBit : 0) |
            (overflow == Overflow.Wait ? WaitBit : 0) |
            (delivery switch { Delivery.Broadcast => BroadcastBit, Delivery.Acknowledged => AcknowledgedBit, _ => 0u }))
    {
    }

    public bool IsBroadcast => (Bits & BroadcastBit) != 0;

    /// <summary>Whether each message goes to one worker, and to another if that one dies.</summary>
    public bool IsAcknowledged => (Bits & AcknowledgedBit) != 0;

    public bool HasOneProducer => (Bits & OneProducerBit) != 0;

    public bool HasOneConsumer => (Bits & OneConsumerBit) != 0;

    public Delivery Delivery => IsAcknowledged ? Delivery.Acknowledged : IsBroadcast ? Delivery.Broadcast : Delivery.Queue;

    /// <summary>Producers never displace.</summary>
    public bool Waits => (Bits & WaitBit) != 0;

    public override string ToString() =>
        $"Producers = {(HasOneProducer ? "One" : "Many")}, Consumers = {(HasOneConsumer ? "One" : "Many")}, Overflow = "
            + $"{(Waits ? "Wait" : "Any")}, Delivery = {Delivery}";
}
