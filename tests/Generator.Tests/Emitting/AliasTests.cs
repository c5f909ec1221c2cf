using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>Projects that see another assembly's types by an alias, or beside their own.</summary>
public sealed class AliasTests
{
    [Fact]
    public async Task The_runtime_may_be_known_by_an_alias_only()
    {
        var compilation = WithAlias(TestCompilation.Create(
            """
            extern alias shm;
            namespace TypedShmQueue.Of.A.User
            {
                [shm::TypedShmQueue.ShmQueue] internal record struct Ping(int Number);
                [shm::TypedShmQueue.ShmQueue(Delivery = shm::TypedShmQueue.Delivery.Broadcast)] internal record struct Tick(int Number);
                internal static class User
                {
                    internal static void Send(PingQueue pings, TickQueue ticks) { pings.Enqueue(new Ping(1)); ticks.Enqueue(new Tick(1)); }
                }
            }
            """), typeof(ShmQueueAttribute).Assembly.Location, "shm");

        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        GeneratorRun.Of(compilation).ShouldCompile().Sources.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_serializer_may_come_from_an_aliased_library()
    {
        var library = TestCompilation.Create("Library", [],
            """
            namespace Library
            {
                /// <summary>Any.</summary>
                public static class Outer<T>
                {
                    /// <summary>Any.</summary>
                    public sealed class For<TOther> : TypedShmQueue.IShmSerializer<T>
                    {
                        /// <summary>Any.</summary>
                        public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
                        /// <summary>Any.</summary>
                        public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
                    }
                }

                /// <summary>Any.</summary>
                public sealed class Some { }
            }
            """).ToMetadataReference(["event"]);
        var compilation = TestCompilation.Create("User", [library],
            """
            extern alias @event;
            [TypedShmQueue.ShmQueue(MaxMessageBytes = 60, Serializer = typeof(@event::Library.Outer<Note>.For<@event::Library.Some>))]
            internal record Note(string Text);
            """);

        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        GeneratorRun.Of(compilation).ShouldCompile().Text.ShouldContain("extern alias @event;");
    }

    [Fact]
    public void MemoryPack_may_be_known_by_an_alias_only()
    {
        var compilation = WithAlias(TestCompilation.Create(
            "extern alias packing; [packing::MemoryPack.MemoryPackable, TypedShmQueue.ShmQueue(MaxMessageBytes = 60)] internal record "
                + "Note(string Text);"),
            typeof(MemoryPack.MemoryPackableAttribute).Assembly.Location, "packing");

        GeneratorRun.Of(compilation).ShouldCompile().Text.ShouldContain("packing::MemoryPack.MemoryPackSerializer");
    }

    /// <summary>
    /// A message's file that is linked into a library and into a project that sees the library's internals, or its public message.
    /// </summary>
    [Theory]
    [InlineData("internal")]
    [InlineData("public")]
    public void A_linked_message_is_the_projects_own(string accessibility)
    {
        var message = $"/// <summary>Linked.</summary>\n[TypedShmQueue.ShmQueue(Delivery = TypedShmQueue.Delivery.Broadcast)] "
            + $"{accessibility} record struct Ping(int Number);";
        var library = GeneratorRun.Of(TestCompilation.Create(
            "Library", [], message, "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"User\")]")).ShouldCompile().Output;
        var run = GeneratorRun.Of(TestCompilation.Create("User", [library.ToMetadataReference()], message));

        run.Sources.ShouldHaveSingleItem();
        run.Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden).ShouldBeEmpty();
    }

    private static CSharpCompilation WithAlias(CSharpCompilation compilation, string path, string alias)
    {
        var reference = compilation.References.OfType<PortableExecutableReference>()
            .Single(reference => string.Equals(reference.FilePath, path, StringComparison.Ordinal));
        return compilation.ReplaceReference(reference, reference.WithAliases([alias]));
    }
}
