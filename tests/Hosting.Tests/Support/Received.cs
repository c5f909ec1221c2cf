using System.Collections.Concurrent;

namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>What handlers were given, and what they are to do about it.</summary>
internal sealed class Received
{
    private readonly ConcurrentQueue<long[]> _calls = new();
    private int _count;
    private int _inHand;
    private int _mostInHand;

    /// <summary>What a handler does with the numbers it was given, beyond noting them.</summary>
    public Func<long[], CancellationToken, Task> Then { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>The numbers of each call.</summary>
    public IReadOnlyList<long[]> Calls => [.. _calls];

    public IReadOnlyList<long> All => [.. _calls.SelectMany(call => call)];

    public int Count => Volatile.Read(ref _count);

    public int InHand => Volatile.Read(ref _inHand);

    public int MostInHand => Volatile.Read(ref _mostInHand);

    /// <summary>Which instances of handlers there were.</summary>
    public ConcurrentDictionary<object, bool> Handlers { get; } = new(ReferenceEqualityComparer.Instance);

    public async ValueTask Handle(object handler, long[] numbers, CancellationToken cancellationToken)
    {
        int inHand = Interlocked.Increment(ref _inHand);
        int most;
        while ((most = Volatile.Read(ref _mostInHand)) < inHand) Interlocked.CompareExchange(ref _mostInHand, inHand, most);
        try
        {
            Handlers[handler] = true;
            _calls.Enqueue(numbers);
            Interlocked.Add(ref _count, numbers.Length);
            await Then(numbers, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inHand);
        }
    }

    public void WaitFor(int count) => Worker.WaitUntil(() => Count >= count, $"{count} messages handled");
}
