using System.Globalization;
using System.Reflection;
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
/// Random structs, compiled and loaded: every size and offset computed at compile time must be the runtime's. Half of them stand in a
/// referenced library, whose layouts are read from metadata. LAYOUT_SEED repeats a run, LAYOUT_STRUCTS asks for more structs.
/// </summary>
public sealed class RandomLayoutTests(ITestOutputHelper output)
{
    private const int StructsPerAssembly = 250;

    private const string Shared =
        """
        namespace Fuzz
        {
            public enum Side : byte { Buy, Sell }
            public enum Shift : sbyte { Back = -1, On = 1 }
            public enum Step : short { Down = short.MinValue, Up = 1 }
            public enum Port : ushort { First, Last = ushort.MaxValue }
            public enum Level : int { Low = int.MinValue, High = 1 }
            public enum Colour : uint { None, White = uint.MaxValue }
            public enum Mask : ulong { None, All = ulong.MaxValue }
            public enum Wide : long { Low = long.MinValue, High = long.MaxValue }
            public struct Pair<TFirst, TSecond> { private TFirst _first; public TSecond Second { get; set; } }
            public struct Triple<T> { public byte Flag { get; set; } private Pair<T, byte> _pair; internal T Last; }
            [System.Runtime.CompilerServices.InlineArray(3)] public struct Few<T> { private T _first; }
            public unsafe struct Block<T> { private T _first; public fixed short Numbers[5]; public T Last { get; set; } }
            public readonly record struct Both<TFirst, TSecond>(TFirst First, TSecond Second) { public Few<TFirst> More { get; init; } }
            public class Outer<T> { public struct Inner<TInner> { private T _outer; private TInner _inner; } }
            [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 2)]
            public struct Tight<T> { private byte _flag; private T _value; }
        }
        """;

    private static readonly MetadataReference[] s_references =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-assemblies.txt"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ShmQueueAttribute).Assembly.Location),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_layout_is_the_runtimes(bool referenceAssembly)
    {
        var seed = Given("LAYOUT_SEED") ?? Random.Shared.Next();
        var wanted = Given("LAYOUT_STRUCTS") ?? 2 * StructsPerAssembly;
        var random = new Random(seed);
        var compared = 0;
        var differences = new List<string>();
        while (compared < wanted)
            compared += CompareRound(random, referenceAssembly, differences);

        output.WriteLine($"LAYOUT_SEED={seed}: {compared} structs compared, {differences.Count} differences");
        differences.ShouldBeEmpty($"LAYOUT_SEED={seed}");
    }

    /// <summary>A library and a program that uses it; returns how many structs they have.</summary>
    private static int CompareRound(Random random, bool referenceAssembly, List<string> differences)
    {
        var inLibrary = new RandomStructs(random, "L");
        var library = Compile("Library", [], Shared, inLibrary.Write(StructsPerAssembly));
        var inProgram = new RandomStructs(random, "M", inLibrary);
        var program = Compile("Program", [Reference(library, referenceAssembly)], inProgram.Write(StructsPerAssembly));

        var runtime = new RuntimeLayout();
        var context = new AssemblyLoadContext("Random", isCollectible: true);
        try
        {
            var loadedLibrary = context.LoadFromStream(Image(library));
            var loadedProgram = context.LoadFromStream(Image(program));
            foreach (var message in (Type[])[.. inLibrary.Names.Select(name => Load(loadedLibrary, name)),
                .. inProgram.Names.Select(name => Load(loadedProgram, name))])
                differences.AddRange(Compare(message, program, runtime));
            return inLibrary.Names.Count + inProgram.Names.Count;
        }
        finally
        {
            context.Unload();
        }
    }

    private static Type Load(Assembly assembly, string name) => assembly.GetType("Fuzz." + name, throwOnError: true)!;

    private static IEnumerable<string> Compare(Type message, Compilation program, RuntimeLayout runtime)
    {
        var expected = ReflectedSchema.Of(message, runtime);
        var computed = MessageParser.ReadLayout(
            program.GetTypeByMetadataName(message.FullName!)!, program, new ProblemSink(report: null), CancellationToken.None);

        var hasFields = expected.Count(static letter => letter == '\n') > 1;
        if (computed is not null && !string.Equals(computed.Schema, expected, StringComparison.Ordinal))
            yield return $"{message.Name}: computed\n{computed.Schema}the runtime has\n{expected}";
        if (computed is null == hasFields)
            yield return $"{message.Name}: {(hasFields ? "refused" : "has no fields and was not refused")}\n{expected}";

        var parsed = ShmSchema.Parse(Encoding.UTF8.GetBytes(expected)).ToString();
        if (!string.Equals(parsed, expected, StringComparison.Ordinal))
            yield return $"{message.Name}: parsed as\n{parsed}written as\n{expected}";
    }

    private static int? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : null;

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
