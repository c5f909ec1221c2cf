using System.Globalization;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using TypedShmQueue.Generator.Integration.Support;
using TypedShmQueue.Generator.Parsing;
using Xunit.Abstractions;

namespace TypedShmQueue.Generator.Integration.Fuzzing;

/// <summary>
/// Hundreds of random structs, compiled and loaded: every size and offset computed at compile time must be the runtime's. Half of
/// them stand in a referenced library, whose layouts are read from metadata. LAYOUT_SEED repeats a run.
/// </summary>
public sealed class RandomLayoutTests(ITestOutputHelper output)
{
    private const int StructsPerAssembly = 250;

    private const string Shared =
        """
        namespace Fuzz
        {
            public enum Side : byte { Buy, Sell }
            public enum Wide : long { Low = long.MinValue, High = long.MaxValue }
            public struct Pair<TFirst, TSecond> { private TFirst _first; public TSecond Second { get; set; } }
        }
        """;

    private static readonly MetadataReference[] s_references =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-assemblies.txt")).Select(static path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ShmQueueAttribute).Assembly.Location),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_layout_is_the_runtimes(bool referenceAssembly)
    {
        var seed = Environment.GetEnvironmentVariable("LAYOUT_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"LAYOUT_SEED={seed}");
        var random = new Random(seed);

        var inLibrary = new RandomStructs(random, "L");
        var library = Compile("Library", [], Shared, inLibrary.Write(StructsPerAssembly));
        var inProgram = new RandomStructs(random, "M", inLibrary);
        var program = Compile("Program", [Reference(library, referenceAssembly)], inProgram.Write(StructsPerAssembly));

        var runtime = new RuntimeLayout();
        var context = new AssemblyLoadContext("Random", isCollectible: true);
        try
        {
            context.LoadFromStream(Image(library));
            var loaded = context.LoadFromStream(Image(program));
            foreach (var name in inProgram.Names)
            {
                var message = loaded.GetType("Fuzz." + name, throwOnError: true)!;
                var expected = ReflectedSchema.Of(message, runtime);
                var computed = MessageParser.ReadLayout(
                    program.GetTypeByMetadataName("Fuzz." + name)!, program, new ProblemSink(report: null), CancellationToken.None);

                // Only what has no fields is refused.
                (computed?.Schema ?? expected).ShouldBe(expected, $"{name}; LAYOUT_SEED={seed}");
                ShmSchema.Parse(Encoding.UTF8.GetBytes(expected)).ToString().ShouldBe(expected, $"{name}; LAYOUT_SEED={seed}");
                (computed is null).ShouldBe(expected.Count(static letter => letter == '\n') == 1, $"{name}; LAYOUT_SEED={seed}");
            }
        }
        finally
        {
            context.Unload();
        }
    }

    private static CSharpCompilation Compile(string name, IEnumerable<MetadataReference> more, params string[] sources) =>
        CSharpCompilation.Create(
            name,
            sources.Select(static source => CSharpSyntaxTree.ParseText(source)),
            [.. s_references, .. more],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private static PortableExecutableReference Reference(Compilation library, bool referenceAssembly) => MetadataReference.CreateFromStream(
        Image(library, referenceAssembly ? new EmitOptions(metadataOnly: true, includePrivateMembers: false) : null));

    private static MemoryStream Image(Compilation compilation, EmitOptions? options = null)
    {
        var image = new MemoryStream();
        var result = compilation.Emit(image, options: options);
        result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        image.Position = 0;
        return image;
    }
}
