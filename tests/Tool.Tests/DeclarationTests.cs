using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Tool.Tests;

/// <summary>Declarations that <c>schema</c> writes: the compilers make the same message of them.</summary>
public sealed class DeclarationTests : ToolTests
{
    [Fact]
    public void In_csharp_it_is_the_same_message()
    {
        using (EverythingQueue.Create("everything", Options))
        {
        }

        ShouldBeDeclared("Everything", Shmq("schema", "everything", "--as", "csharp").Text);
        Declared.EverythingQueue.SchemaId.ShouldBe(EverythingQueue.SchemaId);
        using Declared.EverythingQueue opened = Declared.EverythingQueue.Open("everything", Options);
        opened.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Roles_are_declared_too()
    {
        using TickQueue ticks = TickQueue.Create("ticks", Options);
        Shmq("schema", "ticks", "--as", "csharp").Text.ShouldContain("[ShmQueue(Capacity = 8, Producers = Endpoints.One, Consumers = "
            + "Endpoints.One, Overflow = Overflow.Wait)]\n");
    }

    [Fact]
    public void Of_a_serialized_message_all_but_its_fields_is_declared()
    {
        using RemarkQueue remarks = RemarkQueue.Create("remarks", Options);
        remarks.Enqueue(new Remark("short"));
        ShouldBeDeclared("Remark", Shmq("schema", "remarks", "--as", "csharp").Text);
        Declared.RemarkQueue.SchemaId.ShouldBe(RemarkQueue.SchemaId);
        using Declared.RemarkQueue opened = Declared.RemarkQueue.Open("remarks", Options);
        opened.Dequeue().Text.ShouldBe("short");
    }

    [Fact]
    public void A_message_of_json_is_declared_with_its_context()
    {
        using OrderQueue orders = OrderQueue.Create("orders", Options);
        Shmq("schema", "orders", "--as", "csharp").Text.ShouldContain(
            "[ShmQueue(Capacity = 4, MaxMessageBytes = 200, Serializer = typeof(ShmJsonSerializer<Order,OrderJson>))]\npublic sealed "
                + "partial record Order;\n");
    }

    [Fact]
    public void A_serializer_that_is_no_type_name_becomes_no_code()
    {
        string declared = DeclaredBy("X)]public/**/class/**/Y{}//");
        declared.ShouldContain("Serializer = typeof(/* as above */)");
        declared.Split('\n').Where(static line => line.Contains("class/**/Y", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith("// ");
        DeclaredBy("memorypack").ShouldContain("[MemoryPackable]\n[ShmQueue(Capacity = 2, MaxMessageBytes = 12)]\npublic sealed partial "
            + "record Report;\n");
    }

    [Fact]
    public void In_c_its_own_assertions_hold()
    {
        using (EverythingQueue.Create("everything", Options))
        {
        }

        string text = Shmq("schema", "everything", "--as", "c").Text;
        text.ShouldMatchScreen(Folder.Location);
        ShouldCompileInC(text);
    }

    /// <summary>Any name of a schema: none becomes anything but a name, and what is declared compiles in both languages.</summary>
    [Theory]
    [InlineData("Guid", "0 16 guid Key\n16 4 i32 Index\n20 4 index Range\n")]
    [InlineData("System", "0 8 vector2 System\n8 8 i64 LayoutKind\n16 8 enum:i64(A=-9223372036854775808) B\n")]
    [InlineData("LayoutKind", "0 4 i32 A.B\n4 4 i32 A.C\n8 8 datetime LayoutKind\n16 4 i32 ATyp\n20 1 enum:u8(A=0,a=1,value__=2,class=3) "
        + "AType\n")]
    [InlineData("Endpoints", "0 1 u8 pad0\n2 1 u8 pad1\n4 4 i32 int\n8 4 i32 class\n12 4 i32 int32_t\n16 4 i32 assert\n20 4 i32 "
        + "offsetof\n")]
    [InlineData("record", "0 4 i32 required\n4 4 i32 field\n8 4 i32 file\n12 8 i32[2] record\n20 4 i32 _first\n")]
    [InlineData("X{}//", "0 4 i32 a-b\n4 4 i32 a+b\n8 4 i32 a;b}\n12 4 i32 */*\n16 4 i32 1st\n20 4 i32 größe\n")]
    [InlineData("A", "0 4 enum:i32(C=1,D=2) B\n4 4 i32 A_B_C\n8 4 i32 A\n12 4 i32 AType\n16 4 i32 AArray\n20 4 i32 B_2\n")]
    [InlineData("Half", "0 2 half Half\n2 2 half HalfType\n")]
    [InlineData("Twice", "0 4 i32 A\n4 4 i32 A\n8 4 i32 A.A\n12 4 enum:u32(X=1,X=2) A\n")]
    [InlineData("Arrays", "0 16 struct[2] A\n0 4 i32 A[].B\n4 4 struct[2] A[].C\n4 2 u16 A[].C[].D\n16 4 text4 T\n20 4 enum:u8(On=1)[4] "
        + "States\n")]
    [InlineData("Indexed", "0 4 i32 L[0].X\n4 4 i32 L[0].Y\n8 4 i32 L[1].X\n12 4 i32 L[1].Y\n16 8 enum:u64(Most=18446744073709551615) E\n")]
    [InlineData("Nothing", "")]
    public void Whatever_a_schema_names_what_is_declared_compiles(string message, string fields)
    {
        byte[] schema = System.Text.Encoding.UTF8.GetBytes($"tsq1 {message} 24\n{fields}");
        QueueContract contract = new(message, 24, 8, Contracts.Hash(schema), schema, Endpoints.One, Endpoints.One, Overflow.Wait);
        using (TypedQueue<Sized, OneProducer, OneWaitingConsumer>.Create(contract, "named", Options))
        {
        }

        ShouldCompile(Shmq("schema", "named", "--as", "csharp").Text);
        ShouldCompileInC(Shmq("schema", "named", "--as", "c").Text);
    }

    private static void ShouldCompile(string text)
    {
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(static path =>
                Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "TypedShmQueue.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = CSharpCompilation.Create("declared", [CSharpSyntaxTree.ParseText(text)], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ShouldBeEmpty(text);
    }

    private void ShouldCompileInC(string text)
    {
        string source = Folder.PathOf("message.c");
        File.WriteAllText(source, text);
        using Process? compiler = TryStart("gcc", "-std=c11", "-Wall", "-Werror", "-fsyntax-only", source);
        if (compiler == null) return; // a machine without a C compiler has the captures only
        string error = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        compiler.ExitCode.ShouldBe(0, error + text);
    }

    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct Sized;

    /// <summary>The capture is compiled with these tests, generator included.</summary>
    private static void ShouldBeDeclared(string name, string text)
    {
        string path = Path.Combine(Tree.Root, $"tests/Tool.Tests/Declared/{name}.cs");
        string declared = "namespace TypedShmQueue.Tool.Tests.Declared;\n\n" + text;
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1") File.WriteAllText(path, declared);
        else declared.ShouldBe(File.ReadAllText(path));
    }

    /// <summary>What is declared of a queue whose messages this wrote, as its schema says.</summary>
    private string DeclaredBy(string serializer)
    {
        string name = ShmQueueName.NewUnique();
        QueueContract contract = Contracts.Of<Report, ManyProducers, ManyConsumers>($"0 4 i32 Length\n4 12 serialized:{serializer} Bytes\n",
            capacity: 2);
        using TypedQueue<Report, ManyProducers, ManyConsumers> queue = TypedQueue<Report, ManyProducers, ManyConsumers>
            .Create(contract, name, Options);
        return Shmq("schema", name, "--as", "csharp").Text;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Report;

    private static Process? TryStart(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
