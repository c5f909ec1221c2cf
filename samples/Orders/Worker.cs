namespace TypedShmQueue.Samples.Orders;

/// <summary>
/// Does orders under a lease. Acknowledging waits for no disk, so an order that was acknowledged since the last commit comes again after a
/// power failure. Those before it do not.
/// </summary>
internal static class Worker
{
    private const int OrdersPerCommit = 16;

    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(1);

    public static int Run(string name, string folder)
    {
        Child.FollowParent(() => Place.Remove(name, folder));
        using OrderQueue queue = OrderQueue.Open(name, Place.OptionsOf(folder));
        using Witness witness = new();
        List<OrderId> uncommitted = [];
        // False when the queue is completed and every order is settled.
        while (queue.TryTake(out OrderLease lease, Timeout.InfiniteTimeSpan))
        {
            OrderId id = lease.Value.Id;
            bool isGenuine = lease.Value.IsGenuine;
            Thread.Sleep(s_work);
            witness.Say(isGenuine ? Ledger.Done : Ledger.Torn, id);
            if (lease.Acknowledge()) uncommitted.Add(id);
            if (uncommitted.Count == OrdersPerCommit) Commit();
        }

        Commit();
        return 0;

        void Commit()
        {
            queue.Flush(); // returns when the disk has what was acknowledged
            foreach (OrderId id in uncommitted) witness.Say(Ledger.Committed, id);
            uncommitted.Clear();
        }
    }
}
