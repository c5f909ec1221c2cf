namespace TypedShmQueue.Package.Tests;

/// <summary>A program that references the hosting package and nothing else of ours: both ends of a queue in hosts, in two processes.</summary>
[Collection(PackageTests.Name)]
public sealed class HostedTests(Feed feed)
{
    [Fact]
    public void A_hosted_handler_gets_what_another_process_sends()
    {
        string folder = feed.NewFolder();
        foreach (string file in Directory.GetFiles(Repository.PathOf("tests/Package.Tests/Assets/Hosted")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        feed.Dotnet(folder, "build", "-warnaserror", $"-p:TypedShmQueueVersion={feed.Version}");

        string program = Path.Combine("bin", "Debug", "net10.0", "Hosted.dll");
        string name = ShmQueueName.NewUnique();
        try
        {
            using Command consumer = feed.Start(folder, Command.Dotnet, program, "consume", name);
            using Command producer = feed.Start(folder, Command.Dotnet, program, "produce", name);
            producer.Finish().ShouldBe("produced 1000, Healthy\n");
            consumer.Finish().ShouldBe("consumed 1000, sum 500500\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }
}
