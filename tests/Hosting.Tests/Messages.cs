using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TypedShmQueue.Hosting.Tests;

/// <summary>Work for any number of consumers.</summary>
[ShmQueue(Capacity = 64)]
public struct Job
{
    public long Number;
}

/// <summary>Work for one consumer, by the protocol that finds two calls at a time out.</summary>
[ShmQueue(Capacity = 64, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public struct Chore
{
    public long Number;
}

/// <summary>A message that no array can hold, and three of which fill the stack of a thread.</summary>
[ShmQueue(Capacity = 2)]
public struct Film
{
    public long Number;
    public FilmBytes Bytes;
}

[System.Runtime.CompilerServices.InlineArray(3_000_000)]
public struct FilmBytes
{
    private byte _first;
}

/// <summary>Where a film is while it is in no queue: the stack may have no room for it.</summary>
public sealed class Reel
{
    public Film Film;
}

/// <summary>Work that is done at least once.</summary>
[ShmQueue(Capacity = 64, Delivery = Delivery.Acknowledged)]
public struct Duty
{
    public long Number;
}

/// <summary>Work that no array can hold, done at least once.</summary>
[ShmQueue(Capacity = 2, Delivery = Delivery.Acknowledged)]
public struct Epic
{
    public long Number;
    public FilmBytes Bytes;
}

/// <summary>A serialized message that is handled at least once.</summary>
[ShmQueue(Capacity = 16, MaxMessageBytes = 256, Serializer = typeof(NoteSerializer), Delivery = Delivery.Acknowledged)]
public sealed record Note(long Number);

/// <summary>A number, and nothing else.</summary>
public sealed class NoteSerializer : IShmSerializer<Note>
{
    /// <summary>The number of a note that nobody can read.</summary>
    public const long Unreadable = -1;

    public static void Serialize(in Note message, IBufferWriter<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination.GetSpan(sizeof(long)), message.Number);
        destination.Advance(sizeof(long));
    }

    public static Note Deserialize(ReadOnlySpan<byte> bytes)
    {
        long number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return number == Unreadable ? throw new InvalidDataException("A note that nobody can read.") : new Note(number);
    }
}

/// <summary>News for everybody.</summary>
[ShmQueue(Capacity = 64, Delivery = Delivery.Broadcast)]
public struct Tick
{
    public long Number;
}

/// <summary>A serialized message.</summary>
[ShmQueue(Capacity = 16, MaxMessageBytes = 256, Serializer = typeof(LetterSerializer))]
public sealed record Letter(long Number, string Text);

/// <summary>A number, and text to the end.</summary>
public sealed class LetterSerializer : IShmSerializer<Letter>
{
    /// <summary>The number of a letter that nobody can read.</summary>
    public const long Unreadable = -1;

    /// <summary>The number of a letter that nobody can write any more once <see cref="IsRefusing"/> is set.</summary>
    public const long Refused = -2;

    private static bool s_isRefusing;

    public static bool IsRefusing
    {
        get => Volatile.Read(ref s_isRefusing);
        set => Volatile.Write(ref s_isRefusing, value);
    }

    public static void Serialize(in Letter message, IBufferWriter<byte> destination)
    {
        if (message.Number == Refused && IsRefusing) throw new InvalidDataException("A letter that nobody can write.");
        BinaryPrimitives.WriteInt64LittleEndian(destination.GetSpan(sizeof(long)), message.Number);
        destination.Advance(sizeof(long));
        Encoding.UTF8.GetBytes(message.Text, destination);
    }

    public static Letter Deserialize(ReadOnlySpan<byte> bytes)
    {
        long number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return number == Unreadable
            ? throw new InvalidDataException("A letter that nobody can read.")
            : new Letter(number, Encoding.UTF8.GetString(bytes[sizeof(long)..]));
    }
}
