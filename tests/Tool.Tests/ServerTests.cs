using TypedShmQueue.Nats.Tests.Support;

namespace TypedShmQueue.Tool.Tests;

/// <summary>The verbs that reach a NATS server.</summary>
public sealed class ServerTests : ToolTests
{
    private const string Schema = "tsq1 Order 16\n0 8 i64 Id\n8 8 f64 Price\n";

    [NatsFact]
    public void Messages_go_to_a_stream_are_followed_there_and_come_into_another_queue()
    {
        using NatsServer server = NatsServer.Started();
        CreateQueues();
        Shmq("send", "here", """{"Id":1,"Price":0.5}""", """{"Id":2,"Price":1.5}""").Text.ShouldBe("2 messages sent.\n");

        Shmq("bridge", "here", "--to", server.Url, "--subject", "orders", "--create", "ORDERS", "--count", "2").Lines.ShouldBe(
            ["The bridge of the queue 'here' and the stream 'ORDERS' moves messages.", "2 messages moved."]);
        Shmq("tail", server.Url, "--subject", "orders", "--all", "--count", "2").Lines.ShouldBe(
            ["1  Id=1  Price=0.5", "2  Id=2  Price=1.5"]);
        Shmq("tail", server.Url, "--stream", "ORDERS", "--all", "--count", "1", "--json").Text
            .ShouldBe("""{"position":1,"message":{"Id":1,"Price":0.5}}""" + "\n");
        Shmq("bridge", "there", "--from", server.Url, "--subject", "orders", "--consumer", "tool", "--count", "2", "--json").Text
            .ShouldContain("\"moved\": 2");
        Shmq("drain", "there").Lines.ShouldBe(["""{"Id":1,"Price":0.5}""", """{"Id":2,"Price":1.5}"""]);
        Shmq("drain", "here", "--quiet").Text.ShouldBe("0 messages taken.\n");

        // The inbound bridge's memory of the stream stays as long as its queue.
        Shmq("gc").Text.ShouldBe($"There is nothing to remove in '{Folder.Location}'.\n");
        Shmq("rm", "there", "--yes").ExitCode.ShouldBe(0);
        string note = Shmq("gc").Lines.ShouldHaveSingleItem();
        note.ShouldStartWith("'.there.");
        note.ShouldEndWith(".nats' was removed.");
        Folder.Content.ShouldNotContain(name => name.EndsWith(".nats", StringComparison.Ordinal));
    }

    [NatsFact]
    public void What_cannot_be_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        CreateQueues();
        Shmq("bridge", "here", "--to", server.Url, "--subject", "none").ShouldRefuse(5, "No stream takes the subject 'none'");
        Shmq("bridge", "nowhere", "--to", server.Url, "--subject", "none").ShouldRefuse(3, "There is no queue 'nowhere'");
        Shmq("tail", server.Url, "--subject", "none").ShouldRefuse(5, "No stream takes the subject 'none'");
        string silent = $"nats://127.0.0.1:{NatsServer.FreePorts(1)[0]}";
        Shmq("bridge", "here", "--to", silent, "--subject", "none").ShouldRefuse(5, $"The server at {silent} cannot be reached");
        Shmq("tail", silent, "--subject", "none").ShouldRefuse(1, $"The server at {silent} cannot be used");
    }

    private void CreateQueues()
    {
        File.WriteAllText(Folder.PathOf(".schema"), Schema);
        foreach (string queue in (string[])["here", "there"])
            Shmq("create", queue, "--schema", Folder.PathOf(".schema"), "--delivery", "acknowledged").ExitCode.ShouldBe(0);
    }
}
