namespace TypedShmQueue.Package.Tests;

/// <summary><c>dotnet new shmqueue</c>: installed, instantiated, built, and its two programs run at once.</summary>
[Collection(PackageTests.Name)]
public sealed class TemplateTests(Feed feed)
{
    [Fact]
    public void A_new_solution_builds_and_its_programs_exchange_messages()
    {
        string folder = feed.NewFolder();

        // A name that is no identifier and no queue's but this test's: the template makes both of it.
        string app = $"my-{Guid.NewGuid():N}";
        string queue = app.Replace('-', '_');
        string[] privately = ["--debug:custom-hive", Path.Combine(folder, ".hive")];
        feed.Dotnet(folder, ["new", "install", feed.PathOf("TypedShmQueue.Templates"), .. privately]);
        feed.Dotnet(folder, ["new", "shmqueue", "-n", app, .. privately]);
        folder = Path.Combine(folder, app);
        feed.Dotnet(folder, "build", "-warnaserror");

        try
        {
            using Command consumer = feed.Start(folder, Command.Dotnet, $"{app}.Consumer/bin/Debug/net10.0/{app}.Consumer.dll");
            using Command producer = feed.Start(folder, Command.Dotnet, $"{app}.Producer/bin/Debug/net10.0/{app}.Producer.dll");
            producer.Finish().ShouldBe(string.Concat(Enumerable.Range(1, 10).Select(i => $"sent {i}\n")));
            string[] received = consumer.Finish().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            received.Select(line => line.Split("  ")[^1]).ShouldBe(Enumerable.Range(21, 10).Select(i => $"{i}"));
            QueueFiles.Exists(queue, options: null).ShouldBeFalse("the consumer deletes the queue at the end");
        }
        finally
        {
            QueueFiles.Delete(queue, options: null);
        }
    }
}
