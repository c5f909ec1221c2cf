extern alias csharp9;
extern alias linked;

using TypedShmQueue.Consumers.Strict;

namespace TypedShmQueue.Generator.Integration;

/// <summary>Users' projects of other languages, frameworks and strictness: they build, and their queues are one and the same.</summary>
public sealed class ConsumerProjectTests
{
    [Fact]
    public void A_queue_of_a_csharp_9_project_is_opened_by_a_current_one()
    {
        string name = ShmQueueName.NewUnique();
        using var sender = csharp9::TypedShmQueue.Consumers.SampleQueue.Create(name);
        try
        {
            using var receiver = linked::TypedShmQueue.Consumers.SampleQueue.Open(name);
            sender.Enqueue(new csharp9::TypedShmQueue.Consumers.Sample { At = 1, Value = 2.5, Sensor = 3 });

            var sample = receiver.Dequeue();

            (sample.At, sample.Value, sample.Sensor).ShouldBe((1, 2.5, 3));
        }
        finally
        {
            sender.Delete();
        }
    }

    [Fact]
    public void Both_schemas_are_the_same_bytes()
    {
        csharp9::TypedShmQueue.Consumers.SampleQueue.Schema.SequenceEqual(linked::TypedShmQueue.Consumers.SampleQueue.Schema)
            .ShouldBeTrue();
        csharp9::TypedShmQueue.Consumers.SampleQueue.SchemaId.ShouldBe(linked::TypedShmQueue.Consumers.SampleQueue.SchemaId);
    }

    [Fact]
    public void A_strict_project_uses_its_queue()
    {
        string name = ShmQueueName.NewUnique();
        try
        {
            Orders.First(name).ShouldBe("");
        }
        finally
        {
            TradeQueue.Delete(name);
        }
    }
}
