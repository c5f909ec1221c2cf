using System.Text.RegularExpressions;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>
/// The fragments of the pages: each compiles as a program, given what its reader has in hand (<see cref="Frames"/>). The rules' pages show
/// what does not.
/// </summary>
public sealed partial class FragmentTests
{
    private const string Usings =
        """
        global using System.Buffers;
        global using System.Buffers.Binary;
        global using System.Text;
        global using System.Threading.Channels;
        global using MemoryPack;
        global using TypedShmQueue;
        global using Given;
        global using static Given.Reader;
        #pragma warning disable CS0649
        namespace Given;
        """;

    public static TheoryData<string> PagesWithFragments =>
        Pages.Where(static page => Fragments().Count(page) > 0 && !page.StartsWith("# TSQ", StringComparison.Ordinal));

    [Theory, MemberData(nameof(PagesWithFragments))]
    public void The_fragments_of_a_page_compile(string page)
    {
        foreach (Match match in Fragments().Matches(Pages.Read(page)))
        {
            var fragment = match.Groups["text"].Value;
            if (Frames.Of(page, fragment) is { } frame)
                Documented.Compile([$"{Usings}\n{frame}", "#pragma warning disable CS0649, CS8321\n" + fragment]).ShouldCompile();
        }
    }

    /// <summary>Blocks of C# whose first line is not the path of a file.</summary>
    [GeneratedRegex(@"^```csharp\n(?!// [\w./-]+\.cs\n)(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Fragments();
}
