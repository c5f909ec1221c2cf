using System.Runtime.InteropServices;

namespace TypedShmQueue.Testing;

/// <summary>What one consumer got: every message whole, and each producer's in the order it sent them.</summary>
public sealed class Ledger
{
    private readonly Dictionary<long, long> _last = [];
    private readonly List<(long Producer, long Sequence)> _all = [];

    public IReadOnlyList<(long Producer, long Sequence)> All => _all;

    public void Add(in Parcel parcel)
    {
        if (!parcel.IsWhole) throw new InvalidDataException($"A message is not as it was sent: {parcel.Producer}/{parcel.Sequence}.");
        Add(parcel.Producer, parcel.Sequence);
    }

    public void Add(long producer, long sequence)
    {
        ref long last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, producer, out bool known);
        if (known && sequence <= last) throw new InvalidDataException($"Producer {producer}'s message {sequence} came after {last}.");
        last = sequence;
        _all.Add((producer, sequence));
    }

    /// <summary>What is missing of, and what came twice in, the ledgers of all consumers together.</summary>
    public static (IReadOnlyList<(long Producer, long Sequence)> Missing, int Doubled) Balance(IEnumerable<Ledger> ledgers,
        IEnumerable<(long Producer, long Count)> sent)
    {
        HashSet<(long, long)> seen = [];
        int doubled = 0;
        foreach (Ledger ledger in ledgers)
        {
            foreach ((long, long) entry in ledger._all)
            {
                if (!seen.Add(entry)) doubled++;
            }
        }

        List<(long, long)> missing = [];
        foreach ((long producer, long count) in sent)
        {
            for (long i = 0; i < count; i++)
            {
                if (!seen.Remove((producer, i))) missing.Add((producer, i));
            }
        }

        if (seen.Count > 0) throw new InvalidDataException($"{seen.Count} messages came that nobody sent.");
        return (missing, doubled);
    }
}
