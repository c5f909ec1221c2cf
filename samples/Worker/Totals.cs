namespace TypedShmQueue.Samples.Worker;

/// <summary>What this host has done so far; safe for any thread.</summary>
internal sealed class Totals(string host)
{
    private long _orders;
    private long _cents;

    public string Host { get; } = host;

    public long Orders => Volatile.Read(ref _orders);

    public void Add(in Order order)
    {
        Interlocked.Increment(ref _orders);
        Interlocked.Add(ref _cents, order.Cents);
    }

    public Report ToReport() => new() { Host = Host, Orders = Orders, Cents = Volatile.Read(ref _cents) };
}
