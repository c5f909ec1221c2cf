using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Serialized;

/// <summary>The first process: starts the kitchen, sends it orders, and listens twice to what is served.</summary>
internal static class Restaurant
{
    private const int Interrupted = 130;

    private static readonly Order[] s_orders =
    [
        new(1, "Ada", [new Dish("soup", 4.50m), new Dish("bread", 1.20m)]),
        new(2, "Grace", [new Dish("curry", 9.80m)]),
        new(3, "Zoë", [new Dish("crème brûlée", 5.40m), new Dish("espresso", 2.10m), new Dish("水", 0m)]),
        new(4, "Linus", []),
        new(5, "Barbara", [.. Enumerable.Range(1, 12).Select(course => new Dish($"course {course}", course))]),
    ];

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        string run = $"restaurant-{Environment.ProcessId}";
        using OrderQueue orders = OrderQueue.Create($"{run}.orders");
        using ServedQueue served = ServedQueue.Create($"{run}.served");
        try
        {
            return await RunAsync(orders, served, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        finally
        {
            orders.Delete();
            served.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(OrderQueue orders, ServedQueue served, CancellationToken stop)
    {
        // Both subscribe before anything is announced. They get every announcement, each for itself, from one copy in shared memory.
        using ServedSubscription hall = served.Subscribe(SubscribeFrom.Oldest);
        using ServedSubscription till = served.Subscribe(SubscribeFrom.Oldest);
        using Child kitchen = Child.Start("kitchen", "cook", orders.Name, served.Name);
        Task<bool> kitchenEnds = kitchen.EndsWellAsync(stop);
        Task<int> announced = AnnounceAsync(hall, stop);
        Task<decimal> earned = AddUpAsync(till, stop);

        foreach (Order order in s_orders) await orders.EnqueueAsync(order, stop);
        orders.Complete();

        // A kitchen that ends badly completes nothing, so nobody may wait for its announcements.
        if (!await kitchenEnds) return false;
        int guests = await announced;
        decimal sum = await earned;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"till:    {guests} orders served, {sum:F2} earned"));
        return guests == s_orders.Length && sum == s_orders.Sum(order => order.Dishes.Sum(dish => dish.Price));
    }

    private static async Task<int> AnnounceAsync(ServedSubscription hall, CancellationToken stop)
    {
        int count = 0;
        await foreach (Served one in hall.ReadAllAsync(stop))
        {
            Console.WriteLine($"hall:    {one.Announcement} "
                + $"({(one.Dishes.Count == 0 ? "just a seat" : string.Join(", ", one.Dishes.Take(3)))})");
            count++;
        }

        return count;
    }

    private static async Task<decimal> AddUpAsync(ServedSubscription till, CancellationToken stop)
    {
        decimal sum = 0;
        await foreach (Served one in till.ReadAllAsync(stop)) sum += one.Bill;
        return sum;
    }
}
