namespace TypedShmQueue.Samples.Orders;

/// <summary>What the shops and the workers have said, added up. Thread-safe.</summary>
internal sealed class Ledger
{
    public const string Sold = "sold", Done = "done", Committed = "committed", Torn = "torn";

    private readonly Lock _lock = new();
    private readonly HashSet<OrderId> _sold = [];
    private readonly Dictionary<OrderId, int> _done = [];
    private readonly HashSet<OrderId> _committed = [];
    private readonly HashSet<OrderId> _committedAndAgain = [];
    private readonly Dictionary<(int Shop, int Till), int> _last = [];
    private int _torn;

    public int SoldCount
    {
        get
        {
            lock (_lock) return _sold.Count;
        }
    }

    public int CommittedCount
    {
        get
        {
            lock (_lock) return _committed.Count;
        }
    }

    public void Enter(string line)
    {
        string[] words = line.Split(' ');
        OrderId order = OrderId.Parse(words[1]);
        lock (_lock)
        {
            switch (words[0])
            {
                case Sold:
                    _sold.Add(order);
                    _last[(order.Shop, order.Till)] = order.Number;
                    break;
                case Done:
                    if (_committed.Contains(order)) _committedAndAgain.Add(order);
                    _done[order] = _done.GetValueOrDefault(order) + 1;
                    break;
                case Committed:
                    _committed.Add(order);
                    break;
                default:
                    _torn++;
                    break;
            }
        }
    }

    /// <summary>Orders that are sold, and of which nobody has said that they are done: a power failure must leave them.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock) return _sold.Count(order => !_done.ContainsKey(order));
        }
    }

    /// <summary>Writes the ledger, and says whether it adds up.</summary>
    /// <param name="foundAgain">How many orders were in the queue after power failures, all together.</param>
    public bool AddsUp(int foundAgain)
    {
        lock (_lock)
        {
            int lost = _sold.Count(order => !_done.ContainsKey(order));
            // A till that was killed may have sold one order more than it could say. Anything else was never sold.
            int unsaid = _done.Keys.Count(order => !_sold.Contains(order) && IsNext(order));
            int invented = _torn + _done.Keys.Count(order => !_sold.Contains(order) && !IsNext(order));
            Console.WriteLine();
            Write("sold: Enqueue returned", _sold.Count);
            Write("sold, but the shop was killed before it could say so", unsaid);
            Write("found again after a power failure", foundAgain);
            Write("done", _done.Count);
            Write("done again: the acknowledgement was not committed", _done.Values.Count(static times => times > 1));
            Write("done again although it was committed", _committedAndAgain.Count);
            Write("lost", lost);
            Write("invented", invented);
            bool addsUp = lost == 0 && invented == 0 && _committedAndAgain.Count == 0 && _done.Count == _sold.Count + unsaid;
            Console.WriteLine(addsUp ? "It adds up." : "It does not add up.");
            return addsUp;
        }

        bool IsNext(OrderId order) => order.Number == _last.GetValueOrDefault((order.Shop, order.Till)) + 1;

        static void Write(string what, int count) => Console.WriteLine($"{what,-60} {count,6}");
    }
}
