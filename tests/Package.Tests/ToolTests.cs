namespace TypedShmQueue.Package.Tests;

/// <summary>The tool's package: installed from the feed alone, and run on a queue.</summary>
[Collection(PackageTests.Name)]
public sealed class ToolTests(Feed feed)
{
    [Fact]
    public void The_tool_is_installed_and_reads_a_queue()
    {
        string folder = feed.NewFolder();
        string tools = Path.Combine(folder, "tools");
        feed.Dotnet(folder, "tool", "install", "shmq", "--tool-path", tools, "--version", feed.Version);

        string queues = Path.Combine(folder, "queues");
        Directory.CreateDirectory(queues, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var numbers = NumberQueue.Create("numbers", new ShmQueueOptions { Directory = queues });
        numbers.Enqueue(42L, CancellationToken.None);
        Shmq(folder, tools, "--version").ShouldStartWith(feed.Version);
        Shmq(folder, tools, "ls", "--directory", queues).ShouldContain("\nnumbers  Number ");
        Shmq(folder, tools, "dump", "numbers", "--directory", queues).ShouldBe("""{"position":0,"message":{"Value":42}}""" + "\n");
    }

    private string Shmq(string folder, string tools, params IEnumerable<string> arguments)
    {
        using Command command = feed.Start(folder, Path.Combine(tools, "shmq"), arguments);
        return command.Finish();
    }

    /// <summary>As the compiler would write it.</summary>
    private sealed class NumberQueue(QueueHandle handle) : MessageQueue<long, ManyProducers, ManyConsumers>(handle)
    {
        public static NumberQueue Create(string name, ShmQueueOptions options) => new(QueueHandle.Create<long>(Contract(), name, options));

        private static QueueContract Contract()
        {
            ReadOnlySpan<byte> schema = "tsq1 Number 8\n0 8 i64 Value\n"u8;
            ulong id = 14695981039346656037;
            foreach (byte b in schema) id = unchecked((id ^ b) * 1099511628211);
            return new QueueContract("Number", sizeof(long), 4, id, schema, Endpoints.Many, Endpoints.Many, Overflow.Any);
        }
    }
}
