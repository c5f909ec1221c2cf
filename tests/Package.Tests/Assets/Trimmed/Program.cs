using TypedShmQueue;

const int Count = 1000;
using OrderQueue orders = OrderQueue.OpenOrCreate(args[1], new ShmQueueOptions { Capacity = 16 });

if (args[0] is "produce")
{
    for (int i = 1; i <= Count; i++)
        orders.Enqueue(new Order { Id = i, State = State.Shipped, Line = $"line {i}" });
    orders.Complete();
    Console.WriteLine($"produced {orders.GetStatistics().Enqueued}");
    return;
}

int consumed = 0;
long sum = 0;
Order last = default;
try
{
    while (true)
    {
        last = orders.Dequeue();
        consumed++;
        sum += last.Id;
    }
}
catch (ShmQueueCompletedException)
{
    Console.WriteLine($"consumed {consumed}, sum {sum}, last Order {last.Id} of '{last.Line}' is {last.State}");
}

[ShmQueue(Producers = Endpoints.One)]
public struct Order
{
    public long Id;
    public State State;
    public ShmText32 Line;
}

public enum State : byte
{
    Open,
    Shipped,
}
