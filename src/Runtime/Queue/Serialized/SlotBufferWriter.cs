using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>
/// What a serializer writes to: the slot itself, or a buffer beside it. One for each thread; whoever is inside it when it is needed again
/// gets a second.
/// </summary>
/// <remarks>
/// A serializer may ask for more room than it then uses, and more than the slot has left. It gets a spare buffer then, and what it really
/// wrote is moved to the slot, if it fits.
/// It is not disposable: a serializer that gets one, and finds that it is, may dispose it, and then there would be nothing to send.
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "See the remarks; Return " +
    "ends the use of the slot.")]
internal sealed unsafe class SlotBufferWriter : IBufferWriter<byte>
{
    /// <summary>The most bytes that <see cref="RentSmall"/> has room for.</summary>
    public const int SmallLength = 1024;

    [ThreadStatic]
    private static SlotBufferWriter? t_idle;

    private readonly SlotMemory _slot = new();
    private byte[]? _small;
    private byte[]? _spare;
    private bool _writesToSpare;
    private int _capacity;
    private int _offered;
    private string _queueName = "";

    /// <summary>What was written since <see cref="RentSmall"/>.</summary>
    public ReadOnlySpan<byte> SmallBytes => _small.AsSpan(0, Written);

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Whether more was written than the slot holds.</summary>
    public bool Overflowed { get; private set; }

    /// <param name="bytes">Where the message goes. Precondition: ours, and mapped or pinned, until <see cref="Return"/>.</param>
    /// <param name="capacity">How many bytes.</param>
    /// <param name="queueName">For messages.</param>
    public static SlotBufferWriter Rent(byte* bytes, int capacity, string queueName)
    {
        SlotBufferWriter writer = t_idle ?? new SlotBufferWriter();
        t_idle = null;
        writer.Open(bytes, capacity, queueName);
        return writer;
    }

    /// <summary>Writes to a buffer of this thread's, which <see cref="SmallBytes"/> shows.</summary>
    /// <param name="capacity">How many bytes at most, up to <see cref="SmallLength"/>.</param>
    /// <param name="queueName">For messages.</param>
    public static SlotBufferWriter RentSmall(int capacity, string queueName)
    {
        SlotBufferWriter writer = t_idle ?? new SlotBufferWriter();
        t_idle = null;
        // Pinned, so that it does not move while it is written by its address.
        writer._small ??= GC.AllocateUninitializedArray<byte>(SmallLength, pinned: true);
        writer.Open((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(writer._small)), capacity, queueName);
        return writer;
    }

    /// <summary>Ends the use of the slot: whoever kept this writer finds that it holds nothing.</summary>
    public void Return()
    {
        _slot.Close();
        _capacity = 0;
        _offered = 0;
        Written = 0;
        ReturnSpare();
        t_idle = this;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Offer(sizeHint);
        return _writesToSpare ? _spare : _slot.From(Written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Offer(sizeHint);
        return _writesToSpare ? _spare : _slot.GetSpan()[Written..];
    }

    /// <exception cref="ShmQueueMessageTooLargeException">The message takes more than the slot holds.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _offered);
        if (_writesToSpare)
        {
            if (count > _capacity - Written)
            {
                Overflowed = true;
                throw TooLarge();
            }

            _spare.AsSpan(0, count).CopyTo(_slot.GetSpan()[Written..]);
        }

        Written += count;
        _offered = 0;
    }

    public ShmQueueMessageTooLargeException TooLarge() => TooLarge(_queueName, _capacity);

    public static ShmQueueMessageTooLargeException TooLarge(string queueName, int capacity) => new(queueName,
        $"The message takes more than the {Counted.Bytes(capacity)} that a slot of the queue '{queueName}' holds, so it was not sent. " +
            $"Send less at a time, or raise MaxMessageBytes in the [ShmQueue] attribute of all programs.");

    private void Open(byte* bytes, int capacity, string queueName)
    {
        _slot.Open(bytes, capacity);
        _capacity = capacity;
        _queueName = queueName;
        Written = 0;
        Overflowed = false;
    }

    /// <summary>Decides where the next bytes go: to the slot, while it has room for what is asked.</summary>
    private void Offer(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int wanted = Math.Max(sizeHint, 1);
        // If the rent throws, nothing is offered: a serializer that catches it cannot advance over bytes that it never had.
        _offered = 0;
        _writesToSpare = wanted > _capacity - Written;
        if (!_writesToSpare)
        {
            _offered = _capacity - Written;
            return;
        }

        if (_spare == null || _spare.Length < wanted)
        {
            ReturnSpare();
            Steps.CanThrow("writer: rent");
            _spare = ArrayPool<byte>.Shared.Rent(wanted);
        }

        _offered = _spare.Length;
    }

    private void ReturnSpare()
    {
        if (_spare != null) ArrayPool<byte>.Shared.Return(_spare);
        _spare = null;
    }
}
