using System.IO.Compression;
using System.Text.RegularExpressions;

namespace TypedShmQueue.Package.Tests;

/// <summary>
/// Programs that carry their own framework, trimmed or compiled to native code. Every warning of the linker and of the native compiler
/// about our assembly, or about what the generator emits, is an error.
/// </summary>
[Collection(PackageTests.Name)]
public sealed class TrimmedTests(Feed feed)
{
    [Fact]
    public void A_trimmed_program_exchanges_messages_with_another_process_of_it()
    {
        string folder = Publish("Trimmed", native: false, "-warnaserror");
        using (ZipArchive package = feed.Open("TypedShmQueue"))
        {
            // Smaller than it was, so the linker has been at it.
            new FileInfo(Path.Combine(
                folder, "TypedShmQueue.dll")).Length.ShouldBeLessThan(package.GetEntry("lib/net10.0/TypedShmQueue.dll")!.Length);
        }

        ExchangeOrders(Path.Combine(folder, "Trimmed"));
    }

    [NativeFact]
    public void A_native_program_exchanges_messages_with_another_process_of_it()
    {
        string folder = Publish("Trimmed", native: true, "-warnaserror");
        File.Exists(Path.Combine(folder, "TypedShmQueue.dll")).ShouldBeFalse("all of it is in the one native program");
        ExchangeOrders(Path.Combine(folder, "Trimmed"));
    }

    [Fact]
    public void A_trimmed_program_exchanges_records_by_MemoryPack() =>
        ExchangeReports(Path.Combine(Publish("Packed", native: false), "Packed"));

    [NativeFact]
    public void A_native_program_exchanges_records_by_MemoryPack() =>
        ExchangeReports(Path.Combine(Publish("Packed", native: true), "Packed"));

    private string Publish(string program, bool native, params string[] more)
    {
        string folder = feed.NewFolder();
        foreach (string file in Directory.GetFiles(Repository.PathOf("tests/Package.Tests/Assets/" + program)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        string said = feed.Dotnet(folder, ["publish", "-o", "out", "-r", Repository.Platform, $"-p:Native={(native ? "true" : "false")}",
            $"-p:TypedShmQueueVersion={feed.Version}", $"-p:MemoryPackVersion={Repository.MemoryPack}", .. more]);
        Regex.Matches(said, "warning (?<what>IL[0-9]+: Assembly '[^']+')", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10))
            .Select(static match => match.Groups["what"].Value)
            .Where(static warning => !warning.EndsWith("'MemoryPack.Core'", StringComparison.Ordinal)).ShouldBeEmpty();
        return Path.Combine(folder, "out");
    }

    private void ExchangeOrders(string program)
    {
        string name = ShmQueueName.NewUnique();
        try
        {
            using Command consumer = feed.Start(Path.GetDirectoryName(program)!, program, "consume", name);
            using Command producer = feed.Start(Path.GetDirectoryName(program)!, program, "produce", name);
            producer.Finish().ShouldBe("produced 1000\n");
            consumer.Finish().ShouldBe("consumed 1000, sum 500500, last Order 1000 of 'line 1000' is Shipped\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }

    private void ExchangeReports(string program)
    {
        string name = ShmQueueName.NewUnique();
        try
        {
            using Command taker = feed.Start(Path.GetDirectoryName(program)!, program, "take", name);
            using Command sender = feed.Start(Path.GetDirectoryName(program)!, program, "send", name);
            sender.Finish().ShouldBe("sent 500\n");
            taker.Finish().ShouldBe("took 500, sum 251500, notices 500, tenth ones 50\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
            QueueFiles.Delete(name + ".notices", options: null);
        }
    }
}
