using System.Globalization;

namespace TypedShmQueue.Samples.Fleet;

/// <summary>What the machines have handled, as their ledgers say.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<long, List<(string Machine, int Deliveries)>> _handled = [];

    public int Handled => _handled.Count;

    /// <summary>Reads the ledgers of all machines.</summary>
    public static Ledger Read(IEnumerable<string> machines)
    {
        Ledger ledger = new();
        foreach (string machine in machines)
        {
            if (!File.Exists(Machine.LedgerOf(machine))) continue;
            foreach (string line in File.ReadLines(Machine.LedgerOf(machine)))
            {
                // A worker that was killed may have left half a line.
                if (line.Split(' ') is not [var id, var deliveries]
                    || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long order)
                    || !int.TryParse(deliveries, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) continue;
                if (!ledger._handled.TryGetValue(order, out List<(string Machine, int Deliveries)>? hands))
                    ledger._handled[order] = hands = [];
                hands.Add((Path.GetFileName(machine), count));
            }
        }

        return ledger;
    }

    /// <summary>Writes the table, and says whether every order was handled and every double one is explained.</summary>
    public bool AddsUp(int orders, string killed)
    {
        Console.WriteLine();
        Console.WriteLine("machine       handled");
        foreach (IGrouping<string, (string Machine, int Deliveries)> machine in _handled.Values.SelectMany(static hands => hands)
            .GroupBy(static hand => hand.Machine, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal))
            Console.WriteLine($"{machine.Key,-12} {machine.Count(),8}");

        long[] lost = [.. Enumerable.Range(1, orders).Select(static id => (long)id).Where(id => !_handled.ContainsKey(id))];
        KeyValuePair<long, List<(string Machine, int Deliveries)>>[] doubled = [.. _handled.Where(static one => one.Value.Count > 1)];
        // A worker that is killed after the work and before the acknowledgement has it done again: by its successor on the same machine.
        // A bridge that is killed may leave a message in the queue of its machine that the stream then delivers to another machine.
        int again = doubled.Count(static one => one.Value.Any(static hand => hand.Deliveries > 1));
        int elsewhere = doubled.Count(one => one.Value.All(static hand => hand.Deliveries == 1)
            && one.Value.Exists(hand => string.Equals(hand.Machine, killed, StringComparison.Ordinal)));
        Console.WriteLine();
        Console.WriteLine($"{orders} orders: {_handled.Count} handled, {lost.Length} lost, {doubled.Length} handled twice");
        Console.WriteLine($"  {again} because '{killed}' died between the work and its acknowledgement, and did it again when it was back");
        Console.WriteLine($"  {elsewhere} because '{killed}' died before the stream knew that it had them, so another machine got them "
            + $"too");
        // The stream's servers hear of an acknowledgement one after another. What only the leader had heard of when it was killed is
        // delivered again, and two machines that nobody killed have the order once each.
        int unheard = doubled.Count(one => one.Value.TrueForAll(hand => hand.Deliveries == 1
                && !string.Equals(hand.Machine, killed, StringComparison.Ordinal))
            && one.Value.DistinctBy(static hand => hand.Machine, StringComparer.Ordinal).Count() == one.Value.Count);
        Console.WriteLine($"  {unheard} because the leading server died before the others had heard of the acknowledgement, so another "
            + $"machine got them too");
        bool addsUp = lost.Length == 0 && again + elsewhere + unheard == doubled.Length;
        Console.WriteLine(addsUp ? "It adds up." : "It does not add up.");
        return addsUp;
    }
}
