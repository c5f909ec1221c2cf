using System.Diagnostics;

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

        // The capture is compiled with these tests, generator included.
        string path = Path.Combine(Tree.Root, "tests/Tool.Tests/Declared/Everything.cs");
        string declared = "namespace TypedShmQueue.Tool.Tests.Declared;\n\n" + Shmq("schema", "everything", "--as", "csharp").Text;
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1") File.WriteAllText(path, declared);
        else declared.ShouldBe(File.ReadAllText(path));
        Declared.EverythingQueue.SchemaId.ShouldBe(EverythingQueue.SchemaId);
        using Declared.EverythingQueue opened = Declared.EverythingQueue.Open("everything", Options);
        opened.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Roles_are_declared_too()
    {
        using TickQueue ticks = TickQueue.Create("ticks", Options);
        Shmq("schema", "ticks", "--as", "csharp").Text.ShouldContain("[ShmQueue(Capacity = 8, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]\n");
        using OrderQueue orders = OrderQueue.Create("orders", Options);
        Shmq("schema", "orders", "--as", "csharp").Text.ShouldStartWith("// Messages 'Order' are written by ShmJsonSerializer<Order,OrderJson>");
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
