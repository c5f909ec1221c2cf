namespace TypedShmQueue.Samples.Serialized;

/// <summary>The second process: takes orders from the queue and announces to every subscriber what it has served.</summary>
internal static class Kitchen
{
    public static int Run(string ordersName, string servedName)
    {
        Child.FollowParent(() =>
        {
            OrderQueue.Delete(ordersName);
            ServedQueue.Delete(servedName);
        });
        using OrderQueue orders = OrderQueue.Open(ordersName);
        using ServedQueue served = ServedQueue.Open(servedName);
        while (orders.TryDequeue(out Order? order, Timeout.InfiniteTimeSpan)) // false when the orders are completed and all are taken
        {
            Console.WriteLine($"kitchen: order {order.Number} of {order.Guest}: "
                + $"{string.Join(", ", order.Dishes.Select(dish => dish.Name))}");
            served.Enqueue(new Served(
                order.Number,
                order.Guest,
                $"Bon appétit, {order.Guest}!",
                order.Dishes.Sum(dish => dish.Price),
                [.. order.Dishes.Select(dish => dish.Name)]));
        }

        served.Complete(); // the end of the orders is the end of the announcements
        return 0;
    }
}
