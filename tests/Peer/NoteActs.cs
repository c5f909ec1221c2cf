using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do with serialized messages.</summary>
internal sealed class NoteActs<TProducers, TConsumers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Count = 1000;

    public void Play(string act)
    {
        using var notes = NoteQueue<TProducers, TConsumers>.OpenOrCreate(name, new ShmQueueOptions { Directory = folder });
        switch (act)
        {
            case "send": Send(notes); break;
            case "take": Take(notes); break;
            case "stall": Stall(notes); break;
            case "stall-in-place": Fill(notes); Stall(notes); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }

    private static void Send(NoteQueue<TProducers, TConsumers> notes)
    {
        for (int i = 0; i < Count; i++) notes.Enqueue(new Note(i, Text(i)), default);
        notes.Complete();
        Orders.Say("sent");
    }

    /// <summary>Takes until the queue's end, and says how many came whole and in order.</summary>
    private static void Take(NoteQueue<TProducers, TConsumers> notes)
    {
        int taken = 0;
        try
        {
            while (notes.Dequeue(default) == new Note(taken, Text(taken))) taken++;
        }
        catch (ShmQueueCompletedException)
        {
            Orders.Say(string.Create(CultureInfo.InvariantCulture, $"taken {taken}"));
        }
    }

    /// <summary>Finds the queue full, so that the next message is written straight into its slot.</summary>
    private void Fill(NoteQueue<TProducers, TConsumers> notes)
    {
        while (notes.TryEnqueue(new Note(0, "filler")))
        {
        }

        Orders.Say("full");
        orders.WaitFor("drained");
    }

    /// <summary>Says that half of a note is written, and stays there.</summary>
    private void Stall(NoteQueue<TProducers, TConsumers> notes)
    {
        NoteSerializer.Behave(halfway: _ =>
        {
            Orders.Say("half written");
            orders.WaitFor("never");
        });
        notes.Enqueue(new Note(-1, "never finished"), default);
    }

    private static string Text(int id) => new('ß', id % 40);
}
