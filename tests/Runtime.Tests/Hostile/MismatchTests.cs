using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Hostile;

/// <summary>Two programs that disagree about the message or the roles: told at open, in the terms of the declaration.</summary>
public sealed class MismatchTests : QueueTests<ManyProducers, ManyConsumers>
{
    private const string Tail = "16 8 u64 Seal1\n24 8 u64 Seal2\n32 8 u64 Seal3\n40 8 u64 Seal4\n48 8 u64 Seal5\n";

    [Theory]
    [InlineData("0 8 i64 Producer\n8 8 f64 Sequence\n"
        + Tail, "field 'Sequence' is i64 at offset 8 (8 bytes) in the queue and f64 at offset 8 (8 bytes) in this type")]
    [InlineData("0 8 i64 Sequence\n8 8 i64 Producer\n"
        + Tail, "field 'Producer' is i64 at offset 0 (8 bytes) in the queue and i64 at offset 8 (8 bytes) in this type")]
    [InlineData("0 8 i64 Producer\n8 8 i64 Number\n"
        + Tail, "field 'Sequence' is i64 at offset 8 (8 bytes) in the queue and missing in this type")]
    [InlineData("0 8 i64 Producer\n8 8 i64 Number\n"
        + Tail, "field 'Number' is missing in the queue and i64 at offset 8 (8 bytes) in this type")]
    [InlineData("0 8 i64 Producer\n8 1 u8 Sequence\n"
        + Tail, "field 'Sequence' is i64 at offset 8 (8 bytes) in the queue and u8 at offset 8 (1 byte) in this type")]
    [InlineData("0 8 i64 Producer\n8 8 i64 Sequence\n48 8 u64 Seal5\n16 8 u64 Seal1\n24 8 u64 Seal2\n32 8 u64 Seal3\n40 8 u64 Seal4\n",
        "another order")]
    public void Other_fields_are_named_on_both_sides(string fields, string told)
    {
        Create().Enqueue(P(0), default);
        QueueContract other = Contracts.Of<Parcel, ManyProducers, ManyConsumers>(fields);
        ShmQueueSchemaMismatchException error =
            Should.Throw<ShmQueueSchemaMismatchException>(() => Open<Parcel, ManyProducers, ManyConsumers>(other));
        error.QueueName.ShouldBe(Name);
        error.Message.ShouldContain(told);
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.TryOpen(other, Name, Folder.Options, out _));
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(other, Name, Folder.Options));
        Drain(Open()).ShouldBe([0]);
    }

    [Fact]
    public void Other_message_is_named_on_both_sides()
    {
        Create();
        QueueContract other = Contracts.Of<long, ManyProducers, ManyConsumers>("0 8 i64 Id\n");
        Should.Throw<ShmQueueSchemaMismatchException>(() => Open<long, ManyProducers, ManyConsumers>(other))
            .Message.ShouldContain("'Parcel' of 56 bytes, this type is 'Int64' of 8 bytes");
    }

    [Fact]
    public void Other_roles_are_named_on_both_sides()
    {
        Create();
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            Open<Parcel, OneProducer, ManyConsumers>(Contracts.Parcel<OneProducer, ManyConsumers>()))
            .Message.ShouldMatch("created with Producers = Many.*declares Producers = One");
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            Open<Parcel, ManyProducers, OneConsumer>(Contracts.Parcel<ManyProducers, OneConsumer>()))
            .Message.ShouldContain("Consumers = One");
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            Open<Parcel, ManyProducers, OneWaitingConsumer>(Contracts.Parcel<ManyProducers, OneWaitingConsumer>()))
            .Message.ShouldContain("Overflow = Wait");
    }

    [Fact]
    public void Contract_that_contradicts_itself_is_refused()
    {
        QueueContract size = new("Parcel", 48, 8, Contracts.Hash("x"u8), "x"u8, Endpoints.Many, Endpoints.Many, Overflow.Any);
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            Open<Parcel, ManyProducers, ManyConsumers>(size)).Message.ShouldContain("56 bytes here, and 48");
        QueueContract hash = new("Parcel", 56, 8, 1, "x"u8, Endpoints.Many, Endpoints.Many, Overflow.Any);
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            Open<Parcel, ManyProducers, ManyConsumers>(hash)).Message.ShouldContain("Rebuild");
    }

    private TypedQueue<T, TProducers, TConsumers> Open<T, TProducers, TConsumers>(QueueContract contract)
        where T : unmanaged where TProducers : struct, IProducerRole where TConsumers : struct, IConsumerRole =>
        Folder.Track(TypedQueue<T, TProducers, TConsumers>.Open(contract, Name, Folder.Options));
}
