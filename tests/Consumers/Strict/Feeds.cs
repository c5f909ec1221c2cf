using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TypedShmQueue.Consumers.Strict;

/// <summary>A message that every subscriber gets.</summary>
/// <param name="Time">When.</param>
/// <param name="Bid">What is offered.</param>
[ShmQueue(Delivery = Delivery.Broadcast)]
public readonly record struct Quote(long Time, double Bid);

/// <summary>A broadcast message whose producer waits for slow subscribers.</summary>
/// <param name="Number">Which one.</param>
[ShmQueue(Delivery = Delivery.Broadcast, Producers = Endpoints.One, Overflow = Overflow.Wait)]
public readonly record struct Command(long Number);

/// <summary>A message that is sent as JSON.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">What it says.</param>
[ShmQueue(Serializer = typeof(ShmJsonSerializer<Note, NoteJson>), MaxMessageBytes = 1020)]
public sealed record Note(string Title, IReadOnlyList<string> Lines);

/// <summary>The JSON contract of <see cref="Note"/>.</summary>
[JsonSerializable(typeof(Note))]
public sealed partial class NoteJson : JsonSerializerContext, IShmJsonContext<Note>
{
    static JsonTypeInfo<Note> IShmJsonContext<Note>.TypeInfo => Default.Note;
}

/// <summary>Uses what is emitted.</summary>
public static class Feeds
{
    /// <summary>Follows quotes.</summary>
    /// <param name="name">The queue's name.</param>
    /// <returns>The next bid, or zero.</returns>
    public static double NextBid(string name)
    {
        using QuoteQueue quotes = QuoteQueue.OpenOrCreate(name);
        using QuoteSubscription subscription = quotes.Subscribe();
        quotes.Enqueue(new Quote(1, 2));
        return subscription.TryDequeue(out Quote quote) ? quote.Bid : 0;
    }

    /// <summary>Sends a command to all that follow.</summary>
    /// <param name="name">The queue's name.</param>
    /// <returns>Whether there was room.</returns>
    public static bool Send(string name)
    {
        using CommandQueue commands = CommandQueue.OpenOrCreate(name);
        return commands.TryEnqueue(new Command(1));
    }

    /// <summary>Writes a note and takes the oldest.</summary>
    /// <param name="name">The queue's name.</param>
    /// <returns>The title of the oldest.</returns>
    public static string Exchange(string name)
    {
        using NoteQueue notes = NoteQueue.OpenOrCreate(name);
        notes.Enqueue(new Note("pens", ["buy some"]));
        return notes.TryDequeue(out Note? note) ? note.Title : "";
    }
}
