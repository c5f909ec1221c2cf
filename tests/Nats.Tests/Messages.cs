using System.Buffers;
using System.Text;

namespace TypedShmQueue.Nats.Tests;

/// <summary>The message of most tests.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 4096)]
public struct Order
{
    public long Id;
    public double Price;
    public ShmText16 Symbol;
}

/// <summary>Another version of <see cref="Order"/>, in another program.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 1024)]
public struct OrderOfOld
{
    public long Id;
    public float Price;
    public int Flags;
}

/// <summary>What everybody gets.</summary>
[ShmQueue(Delivery = Delivery.Broadcast, Capacity = 1024)]
public struct Quote
{
    public long Id;
    public double Bid;
}

/// <summary>What leaves the queue when it is taken.</summary>
[ShmQueue(Capacity = 4096)]
public struct Tick
{
    public long Id;
}

/// <summary>A large message.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 4)]
public struct Frame
{
    public Bytes Data;

    /// <summary>More than a server takes that was started with a small limit.</summary>
    [System.Runtime.CompilerServices.InlineArray(60_000)]
    public struct Bytes
    {
        private byte _first;
    }
}

/// <summary>A message of any length.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 1024, Serializer = typeof(NoteText), MaxMessageBytes = 200)]
public sealed record Note(string Text);

/// <summary>A note as UTF-8.</summary>
public sealed class NoteText : IShmSerializer<Note>
{
    private NoteText()
    {
    }

    public static void Serialize(in Note message, IBufferWriter<byte> destination) => Encoding.UTF8.GetBytes(message.Text, destination);

    public static Note Deserialize(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes));
}
