using System.IO.Compression;

namespace TypedShmQueue.Package.Tests;

/// <summary>A program that carries its own, trimmed framework: every warning of the linker and of the analyzers for native AOT is an error.</summary>
[Collection(PackageTests.Name)]
public sealed class TrimmedTests(Feed feed)
{
    [Fact]
    public void A_trimmed_program_exchanges_messages_with_another_process_of_it()
    {
        string folder = feed.NewFolder();
        foreach (string file in Directory.GetFiles(Repository.PathOf("tests/Package.Tests/Assets/Trimmed")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        feed.Dotnet(folder, "publish", "-o", "out", "-r", Repository.Platform, "-warnaserror", $"-p:TypedShmQueueVersion={feed.Version}");

        string program = Path.Combine(folder, "out", "Trimmed");
        using (ZipArchive package = feed.Open("TypedShmQueue"))
        {
            // Smaller than it was, so the linker has been at it.
            new FileInfo(Path.Combine(folder, "out", "TypedShmQueue.dll")).Length.ShouldBeLessThan(package.GetEntry("lib/net10.0/TypedShmQueue.dll")!.Length);
        }

        string name = ShmQueueName.NewUnique();
        try
        {
            using Command consumer = feed.Start(folder, program, "consume", name);
            using Command producer = feed.Start(folder, program, "produce", name);
            producer.Finish().ShouldBe("produced 1000\n");
            consumer.Finish().ShouldBe("consumed 1000, sum 500500, last Order 1000 of 'line 1000' is Shipped\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }
}
