using System.Runtime.CompilerServices;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Serialization;

/// <summary>Queues of serialized messages, emitted by the real compiler.</summary>
public sealed class SerializedQueueTests
{
    [Fact]
    public void A_record_travels_as_json()
    {
        string name = ShmQueueName.NewUnique();
        using OrderQueue orders = OrderQueue.Create(name);
        orders.Delete();

        orders.Enqueue(new Order(1, "Ada", [new Line("pen", 3)]));
        orders.EnqueueShift(new Order(2, "Grace", []), out Order? displaced).ShouldBeFalse();
        displaced.ShouldBeNull();
        orders.TryPeek(out Order? first).ShouldBeTrue();
        first.Lines.ShouldBe([new Line("pen", 3)]);
        orders.Dequeue().Customer.ShouldBe("Ada");
        orders.TryDequeue(out Order? second).ShouldBeTrue();
        second.Id.ShouldBe(2);
        Should.Throw<ShmQueueMessageTooLargeException>(() => orders.TryEnqueue(new Order(3, new string('x', 1020), [])));
        orders.TryDequeue(out _).ShouldBeFalse();
    }

    [Fact]
    public void A_record_travels_by_a_serializer_of_its_own()
    {
        using ReadingQueue readings = ReadingQueue.Create(ShmQueueName.NewUnique());
        readings.Delete();
        readings.Enqueue([new Reading(1.5, "roof"), new Reading(-2, "Keller")]);
        Reading[] taken = new Reading[2];
        readings.Dequeue(taken).ShouldBe(2);
        taken.ShouldBe([new Reading(1.5, "roof"), new Reading(-2, "Keller")]);
    }

    [Fact]
    public void A_record_travels_by_MemoryPack()
    {
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique());
        reports.Delete();
        reports.TryEnqueue(new Report("Primes", [2, 3, 5])).ShouldBeTrue();
        Report report = reports.Dequeue();
        report.Title.ShouldBe("Primes");
        report.Numbers.ShouldBe([2, 3, 5]);
    }

    [Fact]
    public void A_union_travels_by_MemoryPack()
    {
        using IShapeQueue shapes = IShapeQueue.Create(ShmQueueName.NewUnique());
        shapes.Delete();
        shapes.Enqueue([new Circle(2), new Box(3, "red")]);
        shapes.Dequeue().ShouldBe(new Circle(2));
        shapes.Dequeue().ShouldBe(new Box(3, "red"));
    }

    /// <summary>
    /// No queue sends a null message, but another program may write the bytes of one, and MemoryPack reads them without complaint.
    /// </summary>
    [Fact]
    public void A_null_that_something_else_wrote_is_reported_and_not_handed_out()
    {
        string name = ShmQueueName.NewUnique();
        using ReportQueue reports = ReportQueue.Create(name);
        try
        {
            Report sent = new("Primes", [2, 3, 5]);
            reports.Enqueue(sent);
            reports.Enqueue(new Report("Squares", [1, 4]));
            const byte NullHeader = 0xFF;
            byte[] bytes = MemoryPack.MemoryPackSerializer.Serialize(sent);
            string path = Path.Combine(CompilerServices.QueueFiles.DirectoryOf(new ShmQueueOptions()), name);
            using (FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            {
                byte[] all = new byte[file.Length];
                file.ReadExactly(all);
                file.Position = all.AsSpan().IndexOf(bytes);
                file.WriteByte(NullHeader);
            }

            Should.Throw<ShmQueueCorruptException>(() => reports.Dequeue()).Message.ShouldContain("null");
            reports.Dequeue().Title.ShouldBe("Squares");
        }
        finally
        {
            ReportQueue.Delete(name);
        }
    }

    [Fact]
    public void A_record_with_text_and_lists_travels_by_MemoryPack_to_every_subscriber()
    {
        using BulletinQueue bulletins = BulletinQueue.Create(ShmQueueName.NewUnique());
        bulletins.Delete();
        using BulletinSubscription one = bulletins.Subscribe(SubscribeFrom.Oldest);
        using BulletinSubscription other = bulletins.Subscribe(SubscribeFrom.Oldest);
        bulletins.Enqueue(new Bulletin("Wetter", ["Zürich", "東京"], new Report("Grad", [21, 30]), null));
        bulletins.Enqueue(new Bulletin("", [], new Report("", []), "corrected"));
        bulletins.Complete();

        foreach (BulletinSubscription subscription in new[] { one, other })
        {
            Bulletin first = subscription.Dequeue();
            (first.Title, first.Note).ShouldBe(("Wetter", null));
            first.Places.ShouldBe(["Zürich", "東京"]);
            first.Report.Numbers.ShouldBe([21, 30]);
            subscription.TryDequeue((in Bulletin bulletin) => bulletin.Note is "corrected", out Bulletin? second, Timeout.InfiniteTimeSpan)
                .ShouldBeTrue();
            second.Places.ShouldBeEmpty();
            subscription.TryDequeue(out _, Timeout.InfiniteTimeSpan).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_record_by_MemoryPack_that_is_too_large_is_refused_and_displaces_nothing()
    {
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique(), new ShmQueueOptions { Capacity = 2 });
        reports.Delete();
        reports.Enqueue(new Report("first", [1]));
        reports.Enqueue(new Report("second", [2]));
        Should.Throw<ShmQueueMessageTooLargeException>(() => reports.EnqueueShift(new Report("third", new int[4092]), out _));
        reports.EnqueueShift(new Report("third", [3]), out Report? displaced).ShouldBeTrue();
        displaced.ShouldNotBeNull().Title.ShouldBe("first");
        reports.Dequeue().Title.ShouldBe("second");
        reports.Dequeue().Numbers.ShouldBe([3]);
    }

    [Fact]
    public void Its_schema_says_who_wrote_the_bytes_and_how_many_they_are()
    {
        ShmSchema schema = ShmSchema.Parse(OrderQueue.Schema);
        schema.Serializer.ShouldBe("ShmJsonSerializer<Order,OrderJson>");
        schema.Size.ShouldBe(OrderQueue.MessageSize + sizeof(int));
        OrderQueue.SlotSize.ShouldBe(1032);
        schema.Fields[1].Size.ShouldBe(1020);
        Encoding.UTF8.GetString(ReportQueue.Schema).ShouldBe("tsq1 Report 4096\n0 4 i32 Length\n4 4092 serialized:memorypack Bytes\n");
    }

    [Fact]
    public void Queues_of_other_formats_do_not_open_each_other()
    {
        string name = ShmQueueName.NewUnique();
        using OrderQueue orders = OrderQueue.Create(name);
        try
        {
            Should.Throw<ShmQueueSchemaMismatchException>(() =>
                ReportQueue.Open(name)).Message.ShouldContain("serialized:ShmJsonSerializer<Order,OrderJson>");
        }
        finally
        {
            orders.Delete();
        }
    }

    [Fact]
    public void Code_for_all_producers_and_consumers_serves_them()
    {
        using ReadingQueue readings = ReadingQueue.Create(ShmQueueName.NewUnique());
        readings.Delete();
        Pass(readings, readings, new Reading(1, "a")).ShouldBe(new Reading(1, "a"));

        static T Pass<T>(IShmProducer<T> producer, IShmConsumer<T> consumer, T message)
        {
            producer.Enqueue(message);
            return consumer.Dequeue();
        }
    }

    [Theory]
    [InlineData("Order.cs")]
    [InlineData("Reading.cs")]
    [InlineData("Report.cs")]
    [InlineData("Headline.cs")]
    public void The_docs_show_what_is_compiled_here(string file)
    {
        string folder = Path.GetDirectoryName(ThisFile())!;
        string page = File.ReadAllText(Path.Combine(folder, "..", "..", "..", "docs", "serialized-messages.md"));
        string source = File.ReadAllText(Path.Combine(folder, file));
        string[] blocks = source.Split($"namespace {typeof(SerializedQueueTests).Namespace};\n\n");
        page.ShouldContain(blocks[1]);
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
