namespace TypedShmQueue.Package.Tests;

/// <summary>The first day: the README's files, written as they stand into an empty folder, built and run.</summary>
[Collection(PackageTests.Name)]
public sealed class ReadmeTests(Feed feed)
{
    [Fact]
    public void The_programs_of_the_readme_exchange_messages()
    {
        string folder = feed.NewFolder();
        string name = ShmQueueName.NewUnique();
        foreach ((string path, string text) in DocumentedFiles.Of(File.ReadAllText(Repository.PathOf("README.md"))))
        {
            // The README names the version that is released; here it is this run's, and the queue is nobody else's.
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text
                .Replace($"Version=\"{Repository.Version}\"", $"Version=\"{feed.Version}\"", StringComparison.Ordinal)
                .Replace("\"trades\"", $"\"{name}\"", StringComparison.Ordinal));
        }

        // "The same file under another name", says the README.
        Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldEndWith("Sender/Sender.csproj");
        File.Copy(Path.Combine(folder, "Sender/Sender.csproj"), Path.Combine(folder, "Receiver/Receiver.csproj"));
        File.WriteAllText(Path.Combine(folder, "App.slnx"),
            """<Solution><Project Path="Sender/Sender.csproj" /><Project Path="Receiver/Receiver.csproj" /></Solution>""");
        feed.Dotnet(folder, "build", "App.slnx", "-warnaserror");

        try
        {
            feed.Dotnet(folder, "Sender/bin/Debug/net10.0/Sender.dll").ShouldBe("sent: True, displaced an old one: False\n");
            feed.Dotnet(folder, "Receiver/bin/Debug/net10.0/Receiver.dll").ShouldBe("TSQ at 99.5; another: True, 1\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }
}
