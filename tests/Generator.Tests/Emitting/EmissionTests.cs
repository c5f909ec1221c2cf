namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>The emitted text, whole, and that it compiles in a project where every warning is an error.</summary>
public sealed class EmissionTests
{
    [Fact]
    public void A_message_in_a_namespace() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        /// <summary>A trade.</summary>
        [ShmQueue(Capacity = 1024)]
        public struct Trade
        {
            /// <summary>Its number.</summary>
            public long Id;
            /// <summary>Its price.</summary>
            public double Price;
            /// <summary>What was traded.</summary>
            public ShmText16 Symbol;
        }
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void One_producer_and_one_waiting_consumer() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        [ShmQueue(Capacity = 65536, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
        internal readonly record struct Tick(long Time, float Price);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void A_broadcast_message() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        /// <summary>A quote.</summary>
        [ShmQueue(Delivery = Delivery.Broadcast, Producers = Endpoints.One)]
        public readonly record struct Quote(long Time, double Price);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void An_acknowledged_message() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        /// <summary>A job.</summary>
        [ShmQueue(Delivery = Delivery.Acknowledged)] public record struct Job(long Id);
        public partial struct JobLease { internal readonly bool IsFirst => Deliveries == 1; }

        internal static class Use
        {
            public static bool Done(JobQueue jobs) =>
                jobs.TryTake(out JobLease lease) && lease.IsFirst && lease.Value.Id > 0 && lease.Acknowledge();
        }
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void A_serialized_acknowledged_message() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        [ShmQueue(Delivery = Delivery.Acknowledged, MaxMessageBytes = 100, Serializer = typeof(Text))] internal record Job(string What);

        internal sealed class Text : IShmSerializer<Job>
        {
            public static void Serialize(in Job message, System.Buffers.IBufferWriter<byte> destination) { }
            public static Job Deserialize(System.ReadOnlySpan<byte> bytes) => new("");
        }
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Every_combination_of_roles() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        [ShmQueue] internal record struct ManyToMany(int Number);
        [ShmQueue(Producers = Endpoints.One)] internal record struct OneToMany(int Number);
        [ShmQueue(Consumers = Endpoints.One)] internal record struct ManyToOne(int Number);
        [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One)] internal record struct OneToOne(int Number);
        [ShmQueue(Overflow = Overflow.Wait)] internal record struct ManyToManyWaits(int Number);
        [ShmQueue(Producers = Endpoints.One, Overflow = Overflow.Wait)] internal record struct OneToManyWaits(int Number);
        [ShmQueue(Consumers = Endpoints.One, Overflow = Overflow.Wait)] internal record struct ManyToOneWaits(int Number);
        [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
        internal record struct OneToOneWaits(int Number);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Every_combination_of_roles_of_a_broadcast() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        [ShmQueue(Delivery = Delivery.Broadcast)] internal record struct Many(int Number);
        [ShmQueue(Delivery = Delivery.Broadcast, Overflow = Overflow.Wait)] internal record struct ManyWaits(int Number);
        [ShmQueue(Delivery = Delivery.Broadcast, Producers = Endpoints.One)] internal record struct One(int Number);
        [ShmQueue(Delivery = Delivery.Broadcast, Producers = Endpoints.One, Overflow = Overflow.Wait)]
        internal record struct OneWaits(int Number);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Every_combination_of_roles_of_a_serialized_message() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        internal sealed class For<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }

        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<ManyToMany>))] internal record ManyToMany(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<OneToMany>), Producers = Endpoints.One)]
        internal record OneToMany(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<ManyToOne>), Consumers = Endpoints.One)]
        internal record ManyToOne(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<OneToOne>), Producers = Endpoints.One, Consumers = Endpoints.One)]
        internal record OneToOne(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<ManyToManyWaits>), Overflow = Overflow.Wait)]
        internal record ManyToManyWaits(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<OneToManyWaits>), Producers = Endpoints.One, Overflow = Overflow.Wait)]
        internal record OneToManyWaits(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<ManyToOneWaits>), Consumers = Endpoints.One, Overflow = Overflow.Wait)]
        internal record ManyToOneWaits(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<OneToOneWaits>),
            Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
        internal record OneToOneWaits(int Number);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Every_combination_of_roles_of_a_serialized_broadcast() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        internal sealed class For<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }

        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<Many>), Delivery = Delivery.Broadcast)] internal record Many(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<One>), Delivery = Delivery.Broadcast, Producers = Endpoints.One)]
        internal record One(int Number);
        [ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<ManyWaits>), Delivery = Delivery.Broadcast, Overflow = Overflow.Wait)]
        internal record struct ManyWaits(string Text);
        [MemoryPack.MemoryPackable]
        [ShmQueue(MaxMessageBytes = 60, Delivery = Delivery.Broadcast, Producers = Endpoints.One, Overflow = Overflow.Wait)]
        internal partial record OneWaits(int Number);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Keywords_as_names_inside_nested_types() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace @event.@namespace;

        internal static partial class @class
        {
            internal partial interface @interface
            {
                partial record struct @record
                {
                    [ShmQueue(QueueName = "lock", Producers = Endpoints.One)]
                    private struct @struct
                    {
                        public int @int { get; set; }
                    }
                }
            }
        }
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void A_message_with_a_serializer() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        namespace Demo;

        /// <summary>An order.</summary>
        /// <param name="Id">Its number.</param>
        /// <param name="Customer">Who ordered.</param>
        [ShmQueue(Serializer = typeof(OrderSerializer), MaxMessageBytes = 1020)]
        public sealed record Order(long Id, string Customer);

        internal sealed class OrderSerializer : IShmSerializer<Order>
        {
            public static void Serialize(in Order message, System.Buffers.IBufferWriter<byte> destination) =>
                throw new System.NotImplementedException();
            public static Order Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void A_message_for_MemoryPack_from_one_producer_to_one_waiting_consumer() => GeneratorRun.Of(
        """
        using MemoryPack;
        using TypedShmQueue;
        namespace Demo;

        [MemoryPackable]
        [ShmQueue(MaxMessageBytes = 4096, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
        internal partial record struct Report(string Text);
        """).ShouldCompile().ShouldMatchGolden();

    [Fact]
    public void Serialized_messages_of_every_kind_of_type_and_place() => GeneratorRun.Of(
        """
        #pragma warning disable CS0649
        using TypedShmQueue;

        internal class Nothing<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }

        internal sealed class Derived : Nothing<@class> { }

        [ShmQueue(Serializer = typeof(Derived), MaxMessageBytes = 1)] internal abstract class @class { }
        [ShmQueue(Serializer = typeof(Nothing<WithText>), MaxMessageBytes = 67108860)] internal struct WithText { public string? Text; }
        [ShmQueue(Serializer = typeof(Nothing<Bare>), MaxMessageBytes = 9)] internal struct Bare { public int Number; }

        internal partial class Outer
        {
            [ShmQueue(Serializer = typeof(Outer.Hidden), MaxMessageBytes = 9)] private sealed record Inner(string Text);
            private sealed class Hidden : Nothing<Inner> { }
        }
        """).ShouldCompile().Sources.Length.ShouldBe(4);

    [Fact]
    public void Messages_of_one_name_go_to_files_of_their_own() => GeneratorRun.Of(
        """
        using TypedShmQueue;

        [ShmQueue(Consumers = Endpoints.One)]
        internal record struct Ping(int Number);

        namespace One
        {
            [ShmQueue] internal record struct Ping(int Number);
            internal partial class Inner { [ShmQueue] protected internal record struct Ping(int Number); }
        }

        namespace Two { [ShmQueue] internal record struct PING(int Number); [ShmQueue] internal record struct Ping(int Number); }
        """).ShouldCompile().Sources.Select(static source => source.HintName)
            .ShouldBe(["One.Inner+Ping.g.cs", "One.Ping.g.cs", "Ping.g.cs", "Two.PING.g.cs", "Two.Ping-2.g.cs"], ignoreOrder: true);

    [Fact]
    public void An_obsolete_message_in_a_compliant_assembly() => GeneratorRun.Of(
        """
        using TypedShmQueue;
        [assembly: System.CLSCompliant(true)]

        /// <summary>Old.</summary>
        [ShmQueue, System.Obsolete("Use another.")]
        public record struct Ping(int Number);
        """).ShouldCompile();

    [Fact]
    public void The_text_is_the_same_every_time()
    {
        const string Source = "[TypedShmQueue.ShmQueue] internal record struct Ping(int Number);";

        var text = GeneratorRun.Of(Source).Text;

        GeneratorRun.Of(Source.Replace(" internal", "\r\ninternal", StringComparison.Ordinal)).Text.ShouldBe(text);
        text.ShouldNotContain('\r');
        text.Split('\n').ShouldAllBe(static line => line.TrimEnd().Length == line.Length);
    }
}
