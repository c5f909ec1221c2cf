using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedShmQueue.Generator;

namespace TypedShmQueue.Bench.Keystroke;

/// <summary>
/// A project in an IDE that runs the generator after each keystroke. Parsing and binding are not measured: they are the IDE's own.
/// </summary>
internal sealed class Editor
{
    private const int MessagesPerFile = 10;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.CSharp13);

    private readonly string _beside;
    private CSharpCompilation _compilation;
    private GeneratorDriver _driver = CreateDriver();

    public Editor(int messages)
    {
        List<string> files = ["class Elsewhere { }"];
        for (int first = 0; first < messages; first += MessagesPerFile)
            files.Add(FileOf(first, Math.Min(MessagesPerFile, messages - first)));
        _beside = files[1];

        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        _compilation = CSharpCompilation.Create(
            "Project",
            files.Select(Parse),
            [
                MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
                MetadataReference.CreateFromFile(Path.Combine(framework, "System.Runtime.dll")),
                MetadataReference.CreateFromFile(typeof(ShmQueueAttribute).Assembly.Location),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    public Costs Measure(int keystrokes)
    {
        // Under another name it is another project: nothing of what was read before is of use.
        Cost all = Median(9, i =>
        {
            _driver = CreateDriver();
            _compilation = _compilation.WithAssemblyName(string.Create(CultureInfo.InvariantCulture, $"Project{i}"));
        });
        Cost elsewhere = Median(keystrokes, i => Edit(0, $"class Elsewhere {{ int Run() {{ return {i}; }} }}"));
        Cost beside = Median(keystrokes, i => Edit(1, $"class Beside {{ int Run() {{ return {i}; }} }}\n{_beside}"));
        Cost declaration = Median(keystrokes, i => Edit(0, $"class Elsewhere {{ int _field{i}; }}"));
        return new Costs(all, elsewhere, beside, declaration);
    }

    private Cost Median(int runs, Action<int> edit)
    {
        var costs = new Cost[runs];
        for (int i = 0; i < runs; i++)
        {
            edit(i);
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            _driver = _driver.RunGenerators(_compilation);
            costs[i] = new Cost(Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                (GC.GetAllocatedBytesForCurrentThread() - bytes) / 1024d);
        }

        return new Cost(
            costs.Select(static cost => cost.Milliseconds).Order().ElementAt(runs / 2),
            costs.Select(static cost => cost.Kilobytes).Order().ElementAt(runs / 2));
    }

    private void Edit(int file, string text)
    {
        SyntaxTree old = _compilation.SyntaxTrees[file];
        _compilation = _compilation.ReplaceSyntaxTree(old, Parse(text, file));
    }

    private static string FileOf(int first, int count)
    {
        var text = new StringBuilder("using TypedShmQueue;\nnamespace Demo;\n");
        for (int i = first; i < first + count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"[ShmQueue] public struct Message{i} {{ public long Id; public Part First; " +
                $"public ShmText32 Name; ")
                .Append("public struct Part { public int Kind; public int Number; } }\n");
        }

        return text.ToString();
    }

    private static SyntaxTree Parse(string text, int file) =>
        CSharpSyntaxTree.ParseText(text, s_options, string.Create(CultureInfo.InvariantCulture, $"File{file}.cs"));

    private static CSharpGeneratorDriver CreateDriver() =>
        CSharpGeneratorDriver.Create([new QueueGenerator().AsSourceGenerator()], parseOptions: s_options);
}
