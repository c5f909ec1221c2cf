using System.Text;

namespace TypedShmQueue.Samples.Orders;

/// <summary>
/// Tells the orchestrator what has happened, through a pipe: what is in it outlives this process. Each line is one write, so a kill leaves
/// whole lines only. Thread-safe.
/// </summary>
internal sealed class Witness : IDisposable
{
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Lock _lock = new();

    public void Say(string what, OrderId order)
    {
        byte[] line = Encoding.ASCII.GetBytes($"{what} {order}\n");
        lock (_lock) _output.Write(line);
    }

    public void Dispose() => _output.Dispose();
}
