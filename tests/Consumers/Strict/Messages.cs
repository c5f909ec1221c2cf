[assembly: System.CLSCompliant(false)]

namespace TypedShmQueue.Consumers.Strict;

/// <summary>A message of a library's public surface.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Price">Its price.</param>
[ShmQueue]
public readonly record struct Trade(long Id, double Price);

/// <summary>A message whose queue never displaces, with one thread on each side.</summary>
/// <param name="Time">When.</param>
/// <param name="Value">How much.</param>
[ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public readonly record struct Tick(long Time, double Value);

/// <summary>A message that is only received: its fields are assigned in another process.</summary>
[ShmQueue]
internal struct Notice
{
    public long Id;
    public double Price;
    private long _reserved;

    /// <summary>Takes one.</summary>
    /// <param name="name">The queue's name.</param>
    /// <returns>Its price.</returns>
    public static double PriceOfNext(string name)
    {
        using var notices = NoticeQueue.OpenOrCreate(name);
        return notices.Dequeue().Price;
    }
}

/// <summary>A type around a message.</summary>
public static partial class Orders
{
    /// <summary>A message inside of another type.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Customer">Who gave it.</param>
    [ShmQueue(Consumers = Endpoints.One)]
    internal readonly record struct Order(long Id, ShmText32 Customer);

    /// <summary>Uses what is emitted.</summary>
    /// <param name="name">The queue's name.</param>
    /// <returns>The first order's customer.</returns>
    public static string First(string name)
    {
        using OrderQueue orders = OrderQueue.OpenOrCreate(name);
        return orders.TryDequeue(out Order order) ? order.Customer.ToString() : "";
    }
}
