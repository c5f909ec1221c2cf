using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do with serialized messages that go to every subscriber.</summary>
internal sealed class NoteBroadcastActs<TProducers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
{
    private const int Count = 1000;

    public void Play(string act)
    {
        using var notes = NoteBroadcast<TProducers>.OpenOrCreate(name, new ShmQueueOptions { Directory = folder });
        switch (act)
        {
            case "send": Send(notes); break;
            case "take": Take(notes); break;
            case "take-even": TakeEven(notes); break;
            case "stall-writing": StallWriting(notes); break;
            case "stall-writing-in-place": Fill(notes); StallWriting(notes); break;
            case "stall-reading": StallReading(notes); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }

    private static void Send(NoteBroadcast<TProducers> notes)
    {
        for (int i = 0; i < Count; i++) notes.Enqueue(new Note(i, Text(i)), default);
        notes.Complete();
        Orders.Say("sent");
    }

    /// <summary>Takes until the queue's end, and says how many came whole and in order.</summary>
    private static void Take(NoteBroadcast<TProducers> notes)
    {
        using SerializedSubscription<Note> subscription = notes.Subscribe();
        Orders.Say("subscribed");
        int taken = 0;
        Note[] batch = new Note[7];
        while (true)
        {
            int count = taken % 2 == 0
                ? subscription.TryDequeue(out batch[0]!, Timeout.InfiniteTimeSpan)
                ? 1
                : 0
                : subscription.TryDequeue(batch);
            if (count == 0 && subscription.IsCompleted) break;
            foreach (Note note in batch[..count])
            {
                if (note != new Note(taken, Text(taken))) throw new InvalidDataException($"{note} came in place of {taken}.");
                taken++;
            }
        }

        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"taken {taken}"));
    }

    private static void TakeEven(NoteBroadcast<TProducers> notes)
    {
        using SerializedSubscription<Note> subscription = notes.Subscribe("even");
        Orders.Say("subscribed");
        int taken = 0;
        while (subscription.TryDequeue(static (in Note note) => note.Id % 2 == 0, out Note? note, Timeout.InfiniteTimeSpan))
        {
            if (note != new Note(2 * taken, Text(2 * taken))) throw new InvalidDataException($"{note} came in place of {2 * taken}.");
            taken++;
        }

        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"taken {taken}"));
    }

    /// <summary>Finds the queue full, so that the next message is written straight into its slot.</summary>
    private void Fill(NoteBroadcast<TProducers> notes)
    {
        while (notes.TryEnqueue(new Note(0, "filler")))
        {
        }

        Orders.Say("full");
        orders.WaitFor("drained");
    }

    /// <summary>Says that half of a note is written, and stays there.</summary>
    private void StallWriting(NoteBroadcast<TProducers> notes)
    {
        NoteSerializer.Behave(halfway: _ => Stay("half written"));
        notes.Enqueue(new Note(-1, "never finished"), default);
    }

    /// <summary>Says that a note is being read, and stays there.</summary>
    private void StallReading(NoteBroadcast<TProducers> notes)
    {
        using SerializedSubscription<Note> subscription = notes.Subscribe();
        Orders.Say("subscribed");
        NoteSerializer.Behave(beforeReading: () => Stay("half read"));
        _ = subscription.Dequeue(default);
    }

    private void Stay(string where)
    {
        Orders.Say(where);
        orders.WaitFor("never");
    }

    private static string Text(int id) => new('ß', id % 40);
}
