using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary><c>peek</c>, <c>tail</c> and <c>watch</c>: looks at queues that are in use.</summary>
public sealed class FollowingTests : ToolTests
{
    [Fact]
    public void Peek_shows_the_oldest_message_field_by_field()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        Shmq("peek", "trades").Text.ShouldBe("The queue 'trades' holds no message.\n");
        for (int i = 1; i <= 3; i++) queue.Enqueue(new Trade { Id = i, Price = 99.5, Side = Side.Buy, Symbol = "a\u001b[31mb" });
        queue.Dequeue();
        Shmq("peek", "trades").Text.ShouldMatchScreen(Folder.Location);
        Shmq("peek", "trades", "--count", "5", "--json").Lines.Count.ShouldBe(2);
        queue.Count.ShouldBe(2);
    }

    [Fact]
    public void Tail_shows_what_is_sent_although_others_take_it_and_ends_with_the_queue()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        queue.Enqueue(new Trade { Id = 1 });
        using ShmqProcess tail = Start("tail", "trades", "--json", "--all", "--interval", "0.01");
        Worker.WaitUntil(() => tail.Output.Length > 0, "the first message");
        for (int i = 2; i <= 6; i++)
        {
            queue.Enqueue(new Trade { Id = i });
            queue.Dequeue();
        }

        queue.Complete();
        Answer answer = tail.Finish();
        answer.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetProperty("Id").GetInt64())
            .ShouldBe([1, 2, 3, 4, 5, 6]);
        answer.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64()).ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Tail_says_how_many_messages_it_came_too_late_for()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        queue.Enqueue(new Trade { Id = 1 });
        using ShmqProcess tail = Start("tail", "trades", "--all", "--interval", "0.5");
        Worker.WaitUntil(() => tail.Output.Length > 0, "the first message");
        queue.Dequeue();
        for (int i = 2; i <= 30; i++)
        {
            queue.Enqueue(new Trade { Id = i });
            queue.Dequeue();
        }

        queue.Complete();
        Answer answer = tail.Finish();
        answer.ExitCode.ShouldBe(0);
        answer.Error.ShouldBe("shmq: 21 messages were overwritten before they could be read.\n");
        answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1 + 8);
        answer.Output.ShouldContain("29  Id=30  Price=0  Side=Buy  Symbol=\n");
    }

    [Fact]
    public void Tail_ends_after_a_count()
    {
        using NewsQueue queue = NewsQueue.Create("news", Options);
        for (int i = 0; i < 5; i++) queue.Enqueue(new News { Id = i });
        Shmq("tail", "news", "--all", "--count", "2").Lines.ShouldBe(["0  Id=0", "1  Id=1"]);
    }

    [Fact]
    public void Watch_into_a_pipe_is_a_line_for_each_look()
    {
        using NewsQueue queue = NewsQueue.Create("news", Options);
        using var audit = queue.Subscribe("audit", SubscribeFrom.Oldest);
        queue.Enqueue(new News { Id = 1 });
        Shmq("watch", "news", "--count", "2", "--interval",
            "0.01").Lines.ShouldBe(Enumerable.Repeat("news  depth 1/8  in 0/s  out -/s  attached 1  lag audit=1", 2));
    }

    [Fact]
    public void Watch_into_a_pipe_says_what_became_of_the_queue()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using ShmqProcess watch = Start("watch", "trades", "--interval", "0.01");
        Worker.WaitUntil(() => watch.Output.Contains("attached 1\n", StringComparison.Ordinal), "a look at the open queue");
        trades.Complete();
        Worker.WaitUntil(() => watch.Output.Contains("attached 1  completed\n", StringComparison.Ordinal), "a look at the completed queue");
        trades.Delete();
        watch.Finish().Lines[^1].ShouldEndWith("attached 1  deleted");
    }

    [Fact]
    public void Watch_of_nothing_in_particular_is_of_all_queues_and_tells_rates()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using TickQueue ticks = TickQueue.Create("ticks", Options);
        File.WriteAllText(Folder.PathOf("notes.txt"), "no queue");
        using ShmqProcess watch = Start("watch", "--json", "--interval", "0.05", "--count", "20");
        Worker.WaitUntil(() => watch.Output.Length > 0, "the first look");
        for (int i = 0; i < 8; i++) trades.Enqueue(new Trade { Id = i });
        JsonElement[] looks = [.. watch.Finish().Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        looks.Select(look => look.GetProperty("name").GetString()).Distinct(StringComparer.Ordinal).ShouldBe(["ticks", "trades"]);
        looks.Length.ShouldBe(40);
        looks[^1].GetProperty("depth").GetInt64().ShouldBe(8);
        looks.Where(look => look.GetProperty("enqueuedPerSecond").GetDouble() > 0).ShouldNotBeEmpty();
    }

    [Fact]
    public void Watch_of_no_queue_says_so()
    {
        Shmq("watch").ShouldRefuse(3, "There are no queues in");
        Shmq("watch", "none").ShouldRefuse(3, "There is no queue 'none'");
    }
}
