namespace TypedShmQueue.Samples.Orders;

/// <summary>
/// Sells orders at several tills. It says of each order that it is sold when <c>Enqueue</c> has returned, and not before.
/// </summary>
internal static class Shop
{
    public const int Tills = 4;

    private static readonly TimeSpan s_betweenCustomers = TimeSpan.FromMilliseconds(2);

    /// <param name="name">The queue.</param>
    /// <param name="folder">Where its journal is.</param>
    /// <param name="shop">Which shop it is.</param>
    /// <param name="orders">How many orders each till sells. 0: until the process is killed.</param>
    public static int Run(string name, string folder, int shop, int orders)
    {
        Child.FollowParent(() => Place.Remove(name, folder));
        using OrderQueue queue = OrderQueue.Open(name, Place.OptionsOf(folder));
        using Witness witness = new();
        // Tills that wait at the same time share one write to the disk.
        Task.WaitAll(Enumerable.Range(1, Tills).Select(till => Task.Factory.StartNew(() => Sell(till), TaskCreationOptions.LongRunning)));
        queue.Complete();
        return 0;

        void Sell(int till)
        {
            for (int number = 1; orders == 0 || number <= orders; number++)
            {
                OrderId id = new(shop, till, number);
                queue.Enqueue(Order.Of(id)); // returns when the disk has it
                witness.Say(Ledger.Sold, id);
                Thread.Sleep(s_betweenCustomers);
            }
        }
    }
}
