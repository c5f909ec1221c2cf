using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Testing;

/// <summary>A message that is no plain bytes.</summary>
public sealed record Note(long Id, string Text);

/// <summary>The slot of a <see cref="Note"/>, as the compiler would write it: its length, and up to <see cref="MaxBytes"/> bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public struct NoteSlot
{
    public const int MaxBytes = 100;
    public const int Size = 4 + MaxBytes;

    /// <summary>The schema's lines after the first.</summary>
    public const string Fields = "0 4 i32 Length\n4 100 serialized:NoteSerializer Bytes\n";
}

/// <summary>The id, then the text; the id comes by itself, so that a test can stop in the middle.</summary>
public sealed class NoteSerializer : IShmSerializer<Note>
{
    private NoteSerializer()
    {
    }

    // Of the thread, since tests run side by side.
    [ThreadStatic]
    private static Action<Note>? t_halfway;

    [ThreadStatic]
    private static Action? t_beforeReading;

    [ThreadStatic]
    private static Action<Note>? t_asked;

    [ThreadStatic]
    private static bool t_knowsSize;

    /// <summary>
    /// Sets what this thread does in the middle of writing, before reading and when it is asked for a size, and whether it says how large a
    /// message is.
    /// </summary>
    public static void Behave(
        Action<Note>? halfway = null, Action? beforeReading = null, bool knowsSize = false, Action<Note>? asked = null) =>
        (t_halfway, t_beforeReading, t_knowsSize, t_asked) = (halfway, beforeReading, knowsSize, asked);

    public static void Serialize(in Note message, IBufferWriter<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination.GetSpan(sizeof(long)), message.Id);
        destination.Advance(sizeof(long));
        t_halfway?.Invoke(message);
        // As serializers do: room for the longest that the text can become, of which less is used.
        Span<byte> room = destination.GetSpan(Encoding.UTF8.GetMaxByteCount(message.Text.Length));
        destination.Advance(Encoding.UTF8.GetBytes(message.Text, room));
    }

    public static Note Deserialize(ReadOnlySpan<byte> bytes)
    {
        t_beforeReading?.Invoke();
        return new Note(BinaryPrimitives.ReadInt64LittleEndian(bytes), Encoding.UTF8.GetString(bytes[sizeof(long)..]));
    }

    public static bool TryGetSize(in Note message, out int bytes)
    {
        t_asked?.Invoke(message);
        bytes = sizeof(long) + Encoding.UTF8.GetByteCount(message.Text);
        return t_knowsSize;
    }
}

/// <summary>A queue of notes, as the compiler would write it.</summary>
public sealed class NoteQueue<TProducers, TConsumers> : SerializedQueue<Note>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private NoteQueue(QueueHandle handle)
        : base(handle.Serialize<Note, NoteSerializer, NoteSlot, TProducers, TConsumers>())
    {
    }

    public static NoteQueue<TProducers, TConsumers> OpenOrCreate(string name, ShmQueueOptions options) =>
        new(QueueHandle.OpenOrCreate<NoteSlot>(Contracts.Of<NoteSlot, TProducers, TConsumers>(NoteSlot.Fields), name, options));
}

/// <summary>A broadcast queue of notes, as the compiler would write it.</summary>
public sealed class NoteBroadcast<TProducers> : SerializedBroadcastQueue<Note>
    where TProducers : struct, IProducerRole
{
    private NoteBroadcast(QueueHandle handle)
        : base(handle.SerializeForAll<Note, NoteSerializer, NoteSlot, TProducers>())
    {
    }

    public static NoteBroadcast<TProducers> OpenOrCreate(string name, ShmQueueOptions options) =>
        new(QueueHandle.OpenOrCreate<NoteSlot>(Contracts.Of<NoteSlot, TProducers, Subscribers>(NoteSlot.Fields), name, options));

    public NoteSubscription Subscribe(SubscriptionOptions? options = null) => new(Begin(SubscribeFrom.Oldest, options));

    public NoteSubscription Subscribe(string name) => new(Begin(name, SubscribeFrom.Oldest, null));
}

/// <summary>A subscription to notes, as the compiler would write it.</summary>
public sealed class NoteSubscription(SerializedSubscription<Note>.Begun begun) : SerializedSubscription<Note>(begun);

/// <summary>A lease of a note, as the compiler would write it.</summary>
public struct NoteLease : IShmLease<Note>, ILeaseHolder<Note>
{
    private LeaseToken _token;
    private Note _note;

    public readonly Note Value
    {
        get
        {
            _token.ThrowIfNotOpen();
            return _note;
        }
    }

    public readonly int Deliveries => _token.Deliveries;

    public readonly long Position => _token.Position;

    public readonly bool Acknowledge() => _token.Acknowledge();

    public readonly void Abandon() => _token.Abandon();

    public readonly void Abandon(TimeSpan delay) => _token.Abandon(delay);

    public readonly void Reject() => _token.Reject();

    public readonly void Dispose() => _token.Dispose();

    void ILeaseHolder<Note>.Hold(LeaseToken token, Note message) => (_token, _note) = (token, message);

    readonly LeaseToken ILeaseHolder<Note>.Token => _token;
}

/// <summary>A queue of notes with acknowledged delivery, as the compiler would write it.</summary>
public sealed class NoteJobs : SerializedAcknowledgedQueue<Note, NoteLease>
{
    private NoteJobs(QueueHandle handle)
        : base(handle.SerializeForWorkers<Note, NoteSerializer, NoteSlot, ManyProducers>())
    {
    }

    public static NoteJobs OpenOrCreate(string name, ShmQueueOptions options) =>
        new(QueueHandle.OpenOrCreate<NoteSlot>(Contracts.Of<NoteSlot, ManyProducers, Workers>(NoteSlot.Fields), name, options));
}
