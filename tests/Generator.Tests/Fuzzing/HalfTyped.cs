using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Fuzzing;

/// <summary>Whole sources of every kind, and what becomes of one while it is edited.</summary>
internal static class HalfTyped
{
    /// <summary>Words that turn up where they do not belong.</summary>
    private static readonly string[] s_strays =
    [
        "{", "}", "(", ")", "<", ">", "[", "]", ";", ",", "=", "=>", "?", "*", "@", "\"", "//", "/*", "#if X\n", "#endif\n", "struct",
            "record", "class", "partial", "ref", "file",
        "static", "int", "string", "default", "typeof", "new", "using", "namespace", "fixed", "event", "2147483648", "-1", "null",
            "[ShmQueue]", "ShmQueue", "out", "unsafe", "T",
    ];

    public static IReadOnlyList<string> Sources { get; } =
    [
        """
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using TypedShmQueue;
        namespace Demo
        {
            /// <summary>A <c>message</c> of <see cref="Part{T}"/>.</summary>
            [ShmQueue(Capacity = 1000, Producers = Endpoints.One)]
            public unsafe partial struct Shaped
            {
                public bool Flag; // small
                public long Id, Other;
                public fixed short Numbers[4];
                public string Name { get; set; }
                public Part<Guid>? Part;
                public Side Side;
                public Few<decimal> Few;
                public event Action Changed;
                public const int Version = 1 << 3;
                public void* Address;
            }
            public enum Side : byte { Buy = 1, Sell }
            [InlineArray(3)] public struct Few<T> { private T _first; }
            [StructLayout(LayoutKind.Auto, Pack = 2)]
            public readonly record struct Part<T>(T First, byte Second, string Text) where T : struct;
            [StructLayout(LayoutKind.Explicit, Size = 16)]
            public struct Union { [FieldOffset(0)] public long Long; [FieldOffset(4)] public double Double; }
            public partial class Outer
            {
                protected partial interface IMiddle
                {
                    [ShmQueue] internal struct Nested(int first) { public Union Union; public int Next() => first; }
                }
            }
            [ShmQueue] public struct Padded { /* a */ public byte A; [Obsolete] public long B; public byte C; }
        }
        """,
        """
        using System;
        using System.Buffers;
        using TypedShmQueue;
        namespace Demo;
        [ShmQueue(Serializer = typeof(NoteSerializer), MaxMessageBytes = 252, QueueName = "Notes", Overflow = Overflow.Wait)]
        public sealed record Note(string Text, int[] Numbers);
        [ShmQueue(Serializer = typeof(For<Order>))] public sealed class Order { }
        [MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 60)] public sealed partial class Packed { }
        public sealed class NoteSerializer : IShmSerializer<Note>
        {
            public static void Serialize(in Note message, IBufferWriter<byte> destination) { }
            public static Note Deserialize(ReadOnlySpan<byte> bytes) => new("", []);
        }
        public sealed class For<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, IBufferWriter<byte> destination) { }
            public static T Deserialize(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
        }
        """,
        """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using TypedShmQueue;
        [ShmQueue] public record struct Ping(int Number);
        [ShmQueue(Consumers = Endpoints.One, Overflow = Overflow.Wait)] public record struct Calm(int Number);
        [ShmQueue(Delivery = Delivery.Broadcast)] public record struct Tick(long At);
        public sealed partial class PingQueue { public int Twice => Count * 2; }
        public static class User
        {
            public static void Run(PingQueue many, CalmQueue waits, TickQueue ticks)
            {
                var pings = PingQueue.OpenOrCreate("pings"); // kept for ever
                PingQueue made = new("pings");
                waits?.EnqueueShift(new Calm(1))?.ToString();
                many.TryEnqueue(new Ping(1));
                many.Enqueue(default);
                while (!many.TryEnqueue(new Ping(2))) { Thread.Sleep(1); /* until there is room */ }
                while (!many.TryDequeue(out Ping ping)) ;
                if (many.TryClaim(out var writer)) { writer.Value.Number = 1; writer.Commit(); }
                if (PingQueue.TryOpen("pings", out var opened)) opened.Complete();
                SlotWriter<Ping> empty = default;
                empty.Commit();
                Parallel.For(0, 4, i => waits.Dequeue());
                if (!many.IsEmpty) many.Dequeue();
                using var subscription = ticks.Subscribe("display", SubscribeFrom.Latest);
                foreach (var tick in new Tick[3]) ticks.Enqueue(tick with { At = 4 });
            }
        }
        """,
    ];

    /// <summary>
    /// One to six words are removed, doubled, swapped with the next, or joined by a stray one; now and then the rest of the file is
    /// missing.
    /// </summary>
    public static string Edit(string source, Random random)
    {
        var words = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Select(static token => token.ToFullString()).ToList();
        for (var edits = random.Next(1, 7); edits > 0 && words.Count > 1; edits--)
        {
            var at = random.Next(words.Count - 1);
            switch (random.Next(10))
            {
                case < 5:
                    words.RemoveAt(at);
                    break;
                case 5:
                    words.Insert(at, words[at]);
                    break;
                case 6:
                    (words[at], words[at + 1]) = (words[at + 1], words[at]);
                    break;
                case 7 or 8:
                    words.Insert(at, s_strays[random.Next(s_strays.Length)] + " ");
                    break;
                default:
                    words.RemoveRange(at, random.Next(4) == 0 ? words.Count - at : 1);
                    break;
            }
        }

        return string.Concat(words);
    }
}
