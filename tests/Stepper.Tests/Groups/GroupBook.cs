namespace TypedShmQueue.Stepper.Tests.Groups;

/// <summary>
/// Who was given what, in the order in which it happened, and what must be true of it: each message is in the hands of one living member
/// at a time, each delivery has a number of its own, and what was acknowledged never comes again.
/// </summary>
/// <param name="isDead">Whether a process is.</param>
/// <param name="mayBeSlow">Whether messages are taken back from members that live, because of the time.</param>
internal sealed class GroupBook(Func<int, bool> isDead, bool mayBeSlow)
{
    private readonly Dictionary<long, Page> _pages = [];

    /// <summary>Values that were acknowledged, or may have been by a member that died in it.</summary>
    public HashSet<long> Acknowledged => [.. _pages.Values.Where(p => p.IsAcknowledged || p.MayBe).Select(p => p.Value)];

    /// <summary>Whether messages are taken back from members that live, because of the time.</summary>
    public bool MayBeSlow => mayBeSlow;

    public void Taken(int process, long position, int delivery, long value)
    {
        Page page = Of(position);
        Read(position, value);
        if (page.IsAcknowledged) throw new InvalidOperationException($"Position {position} was acknowledged, and came again.");
        if (!page.Deliveries.Add(delivery))
            throw new InvalidOperationException($"Position {position} came twice as delivery {delivery}.");
        int other = page.Holders.FindIndex(h => !isDead(h));
        if (other >= 0 && !mayBeSlow)
            throw new InvalidOperationException($"Position {position} is in the hands of process {page.Holders[other]} and of {process}.");
        page.Holders.Add(process);
    }

    public void Read(long position, long value)
    {
        Page page = Of(position);
        if (page.Value != 0 && page.Value != value)
            throw new InvalidOperationException($"Position {position} was {page.Value} and is {value}.");
        page.Value = value;
    }

    public void Settling(int process, long position, int delivery, bool done)
    {
        Page page = Of(position);
        _ = page.Holders.Remove(process);
        page.MayBe |= done;
        page.Settling = delivery;
    }

    public void Settled(long position, int delivery, bool done, bool isOurs)
    {
        Page page = Of(position);
        if (!isOurs && !mayBeSlow)
            throw new InvalidOperationException($"Position {position}, delivery {delivery}, was taken back from a living member.");
        if (!isOurs || !done) return;
        if (page.IsAcknowledged) throw new InvalidOperationException($"Position {position} was acknowledged twice.");
        if (page.Deliveries.Max() > delivery)
            throw new InvalidOperationException($"Position {position} was acknowledged in delivery {delivery}, and had come again.");
        page.IsAcknowledged = true;
    }

    private Page Of(long position)
    {
        if (!_pages.TryGetValue(position, out Page? page)) _pages.Add(position, page = new Page());
        return page;
    }

    private sealed class Page
    {
        public long Value { get; set; }

        public List<int> Holders { get; } = [];

        public HashSet<int> Deliveries { get; } = [];

        public int Settling { get; set; }

        public bool MayBe { get; set; }

        public bool IsAcknowledged { get; set; }
    }
}
