using System.Globalization;

namespace TypedShmQueue.Samples.Orders;

/// <summary>
/// An order. The attribute has the compiler write <c>OrderQueue</c> and <c>OrderLease</c> beside it: each order goes to one worker, and
/// comes again until it is acknowledged.
/// </summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 4096)]
public struct Order
{
    public OrderId Id;
    public long Cents;

    public static Order Of(OrderId id) => new() { Id = id, Cents = CentsOf(id) };

    /// <summary>Whether the price is the one that the shop gave: an order that was torn or made up does not have it.</summary>
    public readonly bool IsGenuine => Cents == CentsOf(Id);

    private static long CentsOf(OrderId id) => 100 + ((((id.Shop * 31L) + id.Till) * 1_000_003 + (id.Number * 7919L)) % 100_000);
}

/// <summary>Who sold an order, and which of its orders it was: each till of each shop counts from 1.</summary>
public record struct OrderId(int Shop, int Till, int Number)
{
    public override readonly string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Shop}-{Till}-{Number}");

    public static OrderId Parse(string text)
    {
        string[] parts = text.Split('-');
        return new OrderId(Number(0), Number(1), Number(2));

        int Number(int part) => int.Parse(parts[part], CultureInfo.InvariantCulture);
    }
}
