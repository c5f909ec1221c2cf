using System.Diagnostics;
using System.Runtime.InteropServices;

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
        Shmq("schema", "ticks", "--as", "csharp").Text.ShouldContain("[ShmQueue(Capacity = 8, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]\n");
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
            "[ShmQueue(Capacity = 4, MaxMessageBytes = 200, Serializer = typeof(ShmJsonSerializer<Order,OrderJson>))]\npublic sealed partial record Order;\n");
    }

    [Fact]
    public void A_serializer_that_is_no_type_name_becomes_no_code()
    {
        string declared = DeclaredBy("X)]public/**/class/**/Y{}//");
        declared.ShouldContain("Serializer = typeof(/* as above */)");
        declared.Split('\n').Where(static line => line.Contains("class/**/Y", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldStartWith("// ");
        DeclaredBy("memorypack").ShouldContain("[MemoryPackable]\n[ShmQueue(Capacity = 2, MaxMessageBytes = 12)]\npublic sealed partial record Report;\n");
    }

    [Fact]
    public void In_c_its_own_assertions_hold()
    {
        using (EverythingQueue.Create("everything", Options))
        {
        }

        string text = Shmq("schema", "everything", "--as", "c").Text;
        text.ShouldMatchScreen(Folder.Location);
        string source = Folder.PathOf("message.c");
        File.WriteAllText(source, text);
        using Process? compiler = TryStart("gcc", "-std=c11", "-Wall", "-Werror", "-fsyntax-only", source);
        if (compiler == null) return; // a machine without a C compiler has the capture only
        string error = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        compiler.ExitCode.ShouldBe(0, error);
    }

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
        QueueContract contract = Contracts.Of<Report, ManyProducers, ManyConsumers>($"0 4 i32 Length\n4 12 serialized:{serializer} Bytes\n", capacity: 2);
        using TypedQueue<Report, ManyProducers, ManyConsumers> queue = TypedQueue<Report, ManyProducers, ManyConsumers>.Create(contract, name, Options);
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
