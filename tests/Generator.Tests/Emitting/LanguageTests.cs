using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>Projects of older languages and other settings: what is emitted for them compiles to an assembly that says the same.</summary>
public sealed class LanguageTests
{
    private const string Source =
        """
        using TypedShmQueue;
        namespace Demo
        {
            /// <summary>What happened.</summary>
            public enum Kind : byte
            {
                /// <summary>It was bought.</summary>
                Buy,
            }

            /// <summary>A trade.</summary>
            [ShmQueue(Capacity = 16)]
            public struct Trade
            {
                /// <summary>Its number.</summary>
                public long Id;
                /// <summary>Its kind.</summary>
                public Kind Kind;
                /// <summary>What was traded.</summary>
                public ShmText16 Symbol;
            }

            /// <summary>Calls what is emitted.</summary>
            public static class User
            {
                /// <summary>The schema's bytes.</summary>
                public static byte[] Schema() => TradeQueue.Schema.ToArray();

                /// <summary>As a program would.</summary>
                public static void Send(string name)
                {
                    using var queue = TradeQueue.OpenOrCreate(name);
                    queue.Enqueue(new Trade { Id = 1 });
                    IShmConsumer<Trade> consumer = queue;
                    if (queue.TryClaim(out var writer))
                    {
                        using (writer)
                        {
                            writer.Value.Id = 2;
                            writer.Commit();
                        }
                    }

                    _ = consumer.TryDequeue(out _) && queue.EnqueueShift(default);
                }
            }
        }
        """;

    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.CSharp13)]
    public void The_schema_is_the_same_in_every_language(LanguageVersion version)
    {
        var schema = SchemaOf(TestCompilation.Create(version, NullableContextOptions.Enable, Source));

        schema.ShouldBe("tsq1 Trade 32\n0 8 i64 Id\n8 1 enum:u8(Buy=0) Kind\n9 16 text16 Symbol\n");
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.Preview)]
    public void A_project_without_nullable_references_compiles(LanguageVersion version) =>
        SchemaOf(TestCompilation.Create(version, NullableContextOptions.Disable, Source)).ShouldStartWith("tsq1 Trade ");

    [Fact]
    public void The_classic_form() =>
        GeneratorRun.Of(TestCompilation.Create(LanguageVersion.CSharp9, NullableContextOptions.Enable, Source))
        .ShouldCompile().ShouldMatchGolden();

    [Theory]
    [InlineData(LanguageVersion.CSharp10, false)]
    [InlineData(LanguageVersion.CSharp11, true)]
    public void Code_for_all_queues_needs_static_interface_members(LanguageVersion version, bool implements)
    {
        var output = GeneratorRun.Of(TestCompilation.Create(version, NullableContextOptions.Enable, Source)).ShouldCompile().Output;

        output.GetTypeByMetadataName("Demo.TradeQueue")!.AllInterfaces.Any(static contract => contract.Name is "IShmQueue")
            .ShouldBe(implements);
    }

    private const string Broadcast =
        """
        using TypedShmQueue;
        [ShmQueue(Delivery = Delivery.Broadcast)] internal struct Quote { internal long Price; }
        internal static class User
        {
            internal static QuoteSubscription Follow(QuoteQueue queue) { queue.Enqueue(new Quote { Price = 1 }); return queue.Subscribe(); }
        }
        """;

    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.Preview)]
    public void A_broadcast_queue_compiles(LanguageVersion version) =>
        GeneratorRun.Of(TestCompilation.Create(version, NullableContextOptions.Enable, Broadcast)).ShouldCompile();

    [Fact]
    public void The_classic_form_of_a_broadcast() =>
        GeneratorRun.Of(TestCompilation.Create(LanguageVersion.CSharp9, NullableContextOptions.Enable, Broadcast)).ShouldCompile()
            .ShouldMatchGolden();

    [Fact]
    public void Older_languages_cannot_implement_them()
    {
        // Why the classic form leaves the interface out: the compiler's own word, so that this is noticed should it change.
        var queue = GeneratorRun.Of(TestCompilation.Create(LanguageVersion.CSharp11, NullableContextOptions.Enable, Source)).Text
            .Replace("\"\"\"u8", "\"\"\"", StringComparison.Ordinal);
        var compilation = TestCompilation.Create(LanguageVersion.CSharp10, NullableContextOptions.Enable, Source, queue);

        compilation.GetDiagnostics().Select(static diagnostic => diagnostic.Id)
            .ShouldContain(static id => string.Equals(id, "CS8706", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp8, "[TypedShmQueue.ShmQueue] internal struct M { internal int Number; }", "needs C# 9.0;")]
    [InlineData(LanguageVersion.CSharp10,
        "[MemoryPack.MemoryPackable, TypedShmQueue.ShmQueue(MaxMessageBytes = 60)] internal sealed class M { }", "needs C# 11.0;")]
    public async Task TSQ029_refuses_older_languages(LanguageVersion version, string message, string text)
    {
        var compilation = TestCompilation.Create(version, NullableContextOptions.Enable, message);

        (await AnalyzerRun.Of(compilation)).Single(static diagnostic => diagnostic.Id is "TSQ029")
            .GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldContain(text);
        GeneratorRun.Of(compilation).Sources.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("namespace Demo;\n{0}", "namespace Demo;")]
    [InlineData("namespace Demo\n{{\n{0}\n}}", "namespace Demo;")]
    [InlineData("namespace One.@two {{ namespace Three {{ {0} }} }}", "namespace One.two.Three;")]
    [InlineData("{0}", "public sealed partial class")]
    public void Every_way_to_write_a_namespace(string file, string text)
    {
        const string Message = "/// <summary>A ping.</summary>\n[TypedShmQueue.ShmQueue] public struct Ping { /// <summary>Its "
            + "number.</summary>\npublic int Number; }";

        GeneratorRun.Of(string.Format(System.Globalization.CultureInfo.InvariantCulture, file, Message))
            .ShouldCompile().Text.ShouldContain(text);
    }

    [Fact]
    public void One_file_linked_into_two_projects_gives_one_schema()
    {
        var first = TestCompilation.Create(LanguageVersion.CSharp9, NullableContextOptions.Disable, Source).WithAssemblyName("First");
        var second = TestCompilation.Create(LanguageVersion.Preview, NullableContextOptions.Enable, Source).WithAssemblyName("Second");

        SchemaOf(first).ShouldBe(SchemaOf(second));
    }

    /// <summary>Compiles to a real assembly, loads it and asks it.</summary>
    private static string SchemaOf(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = GeneratorRun.Of(compilation).ShouldCompile().Output.Emit(image);
        result.Success.ShouldBeTrue();
        image.Position = 0;

        var context = new AssemblyLoadContext(compilation.AssemblyName, isCollectible: true);
        var user = context.LoadFromStream(image).GetType("Demo.User")!;
        var schema = (byte[])user.GetMethod("Schema", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!;
        context.Unload();
        return Encoding.UTF8.GetString(schema);
    }
}
