using TypedShmQueue.Testing.Docs;

namespace TypedShmQueue.Package.Tests;

/// <summary>The page on serialized messages: its files, written as they stand into an empty folder, built and run.</summary>
[Collection(PackageTests.Name)]
public sealed class SerializedTests(Feed feed)
{
    [Fact]
    public void The_programs_of_the_page_exchange_messages()
    {
        string folder = feed.NewFolder();
        string orders = ShmQueueName.NewUnique(), headlines = ShmQueueName.NewUnique();
        foreach ((string path, string text) in DocumentedFiles.Of(File.ReadAllText(Repository.PathOf("docs/serialized-messages.md"))))
        {
            // The page names the version that is released; here it is this run's, and the queues are nobody else's.
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text
                .Replace($"Version=\"{Repository.Version}\"", $"Version=\"{feed.Version}\"", StringComparison.Ordinal)
                .Replace("\"orders\"", $"\"{orders}\"", StringComparison.Ordinal)
                .Replace("\"headlines\"", $"\"{headlines}\"", StringComparison.Ordinal));
        }

        // "The project file is the one above, under another name", says the page.
        File.Copy(Path.Combine(folder, "Orders/Orders.csproj"), Path.Combine(folder, "News/News.csproj"));
        File.WriteAllText(Path.Combine(folder, "App.slnx"),
            """<Solution><Project Path="Orders/Orders.csproj" /><Project Path="News/News.csproj" /></Solution>""");
        feed.Dotnet(folder, "build", "App.slnx", "-warnaserror");
        try
        {
            feed.Dotnet(folder, "Orders/bin/Debug/net10.0/Orders.dll").ShouldBe("Ada: 3 x pen\n");
            feed.Dotnet(folder, "News/bin/Debug/net10.0/News.dll").ShouldBe("A draw.\n");
        }
        finally
        {
            QueueFiles.Delete(orders, options: null);
            QueueFiles.Delete(headlines, options: null);
        }
    }
}
