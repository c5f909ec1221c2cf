using TypedShmQueue.Generator.Integration.Support;

namespace TypedShmQueue.Generator.Integration;

/// <summary>
/// The messages of this project, compiled by the real compiler: what was computed at compile time against what the runtime does.
/// </summary>
public sealed class CompiledMessagesTests
{
    public static TheoryData<string> Messages =>
        [.. typeof(CompiledMessagesTests).Assembly.GetTypes()
            .Where(static type => type is { IsValueType: true } && type.IsDefined(typeof(ShmQueueAttribute), inherit: false))
            .Select(static type => type.FullName!)];

    [Theory, MemberData(nameof(Messages))]
    public void Size_and_schema_are_the_runtimes(string name)
    {
        var runtime = new RuntimeLayout();
        var message = typeof(CompiledMessagesTests).Assembly.GetType(name, throwOnError: true)!;
        var queue = message.Assembly.GetType(name + "Queue", throwOnError: true)!;

        EmittedQueue.MessageSize(queue).ShouldBe(runtime.SizeOf(message));
        EmittedQueue.Schema(queue).ShouldBe(ReflectedSchema.Of(message, runtime));
    }

    [Fact]
    public void A_queue_serves_code_written_for_all_queues()
    {
        static string Describe<TQueue, T>()
            where TQueue : class, IShmQueue<TQueue, T>
            where T : unmanaged =>
                $"{TQueue.MessageSize} {TQueue.SlotSize} {TQueue.DefaultCapacity} {TQueue.SchemaId == Fnv(TQueue.Schema)}";

        Describe<Messages.TradeQueue, Messages.Trade>().ShouldBe("32 64 1024 True");
    }

    [Fact]
    public void An_emitted_queue_carries_messages()
    {
        var name = ShmQueueName.NewUnique();
        using var queue = Integration.Messages.TradeQueue.Create(name);
        try
        {
            queue.Enqueue(new Messages.Trade { Id = 7, Price = 1.5 });
            queue.TryEnqueue(new Messages.Trade { Id = 8 }).ShouldBeTrue();
            queue.Count.ShouldBe(2);
            queue.Dequeue().Id.ShouldBe(7);
            queue.TryPeek(out var next).ShouldBeTrue();
            next.Id.ShouldBe(8);
        }
        finally
        {
            queue.Delete();
        }
    }

    private static ulong Fnv(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in text)
            hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }
}
