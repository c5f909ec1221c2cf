using System.Text;

namespace TypedShmQueue.Samples.QuickStart;

/// <summary>Create, open, find.</summary>
internal static class Lifetime
{
    public static void Show(string name)
    {
        Console.WriteLine("Lifetime");

        // Nothing is there yet. TryOpen says so without an exception; Open would throw ShmQueueNotFoundException.
        bool found = TradeQueue.TryOpen(name, out TradeQueue? none);
        none?.Dispose();
        Console.WriteLine($"  TryOpen of a name that nobody has created: {found}");

        // Create throws ShmQueueExistsException if the name is taken; OpenOrCreate takes what there is.
        using TradeQueue created = TradeQueue.Create(name);
        // A second handle: usually another process has it.
        using TradeQueue opened = TradeQueue.OpenOrCreate(name);
        Console.WriteLine($"  created {created.Capacity} slots, opened them again; it exists: {TradeQueue.Exists(name)}");

        // What the compiler worked out from the fields; a process that was built with other fields cannot open this queue.
        Console.WriteLine($"  a message takes {TradeQueue.MessageSize} bytes, a slot {TradeQueue.SlotSize}, schema id " +
            $"0x{TradeQueue.SchemaId:x16}:");
        foreach (string line in Encoding.UTF8.GetString(TradeQueue.Schema).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Console.WriteLine($"    {line}");

        // Disposing detaches. The queue and what is in it stay.
    }
}
