using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Tests;

/// <summary>What the tool does with a durable queue: its journal is in a folder on disk, and its ring is in memory or gone.</summary>
public sealed class DurableQueueTests : IDisposable
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, $"durable-{Guid.NewGuid():N}");
    private readonly string _name = ShmQueueName.NewUnique();
    private TypedQueue<Parcel, ManyProducers, ManyConsumers>? _queue;

    public DurableQueueTests() => QueueFolder.Make(_folder);

    [Fact]
    public void Ls_lists_the_journal_and_not_the_ring()
    {
        Send(2);
        Shmq("ls").Text.ShouldContain(_name);
        Shmq("ls").Text.ShouldNotContain("other file");
        using (ShmqProcess memory = ShmqProcess.Start("ls", "--all")) memory.Finish().Text.ShouldNotContain(_name);
        LosePower();
        Shmq("ls").Text.ShouldContain("on disk");
    }

    [Fact]
    public void Stat_and_watch_show_what_is_committed_and_what_is_not()
    {
        Send(2);
        _queue!.TryEnqueue(new Parcel(1, 2)).ShouldBeTrue();
        string stat = Shmq("stat", _name).Text;
        stat.ShouldContain("positions below 2; 1 message is not committed");
        stat.ShouldContain("s on average");
        stat.ShouldContain("messages in each");
        stat.ShouldContain("generation 1, 2 commits");
        Shmq("stat", _name, "--json").Text.ShouldContain("\"uncommitted\": 1");
        Shmq("stat", _name, "--json").Text.ShouldContain("\"meanCommitMicroseconds\": ");
        Shmq("watch", _name, "--count", "1").Text.ShouldContain("uncommitted 1  commit ");
    }

    [Fact]
    public void What_is_sent_by_the_tool_is_committed()
    {
        Send(1);
        Shmq("send", _name, "{\"Producer\": 1, \"Sequence\": 7}").Text.ShouldContain("1 message sent");
        Shmq("stat", _name).Text.ShouldContain("positions below 2; 0 messages are not committed");
    }

    [Fact]
    public void Without_its_ring_a_queue_is_read_from_its_journal_and_recovered()
    {
        Send(3);
        LosePower();
        string before = Hash();
        Shmq("stat", _name).Text.ShouldContain("0 to 2, capacity 8");
        Shmq("verify", _name).Text.ShouldContain("is whole: header, schema, generation 1 with 4 blocks, 3 positions");
        string[] lines = Shmq("export", _name).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        lines[2].ShouldStartWith("{\"position\":2,\"message\":{\"Producer\":1,\"Sequence\":2");
        Shmq("doctor", _name).Text.ShouldContain("on disk only");
        Shmq("dump", _name).ShouldRefuse(5, "its ring is not in this memory");
        Hash().ShouldBe(before, "looking changes nothing");
        Shmq("repair", _name).Text.ShouldContain("recovered the queue");
        Shmq("dump", _name).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(lines);
        Shmq("repair", _name, "--accept-loss").ShouldRefuse(5, "Nothing of the queue");
    }

    [Fact]
    public void Damage_is_reported_and_given_up_only_when_that_is_asked_for()
    {
        Send(6);
        LosePower();
        using (FileStream file = File.Open(PathOf, FileMode.Open))
        {
            // The third commit's message: behind its block's header.
            file.Position = 4096 + (3 * 4096) + 150;
            file.WriteByte(0xff);
        }

        Answer verified = Shmq("verify", _name);
        verified.ExitCode.ShouldBe(4);
        verified.Output.ShouldContain("Lost: positions 2.");
        Shmq("doctor", _name).ExitCode.ShouldBe(4);
        Shmq("repair", _name).ShouldRefuse(4, "is damaged");
        Answer exported = Shmq("export", _name);
        exported.ExitCode.ShouldBe(4);
        exported.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
        Shmq("repair", _name, "--accept-loss").Text.ShouldContain("gave up positions 2");
        Shmq("dump", _name).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
    }

    [Fact]
    public void Doctor_explains_a_committer_that_does_not_go_on_and_a_memory_that_is_not_visible()
    {
        Send(1);
        string ring = Rings().ShouldHaveSingleItem();
        using (var file = File.OpenHandle(ring, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            Region.RegionPort.Current.TryLock(file, Layout.Segment.CommitLock).ShouldBeTrue();
            Answer stuck = Shmq("doctor", _name);
            stuck.ExitCode.ShouldBe(6, stuck.Output);
            stuck.Output.ShouldContain("does not end");
        }

        if (OperatingSystem.IsWindows()) return; // which removes no file that is mapped
        File.Delete(ring);
        Answer elsewhere = Shmq("doctor", _name);
        elsewhere.ExitCode.ShouldBe(6, elsewhere.Output);
        elsewhere.Output.ShouldContain("not visible here");
    }

    [Fact]
    public void Rm_deletes_a_journal_with_and_without_its_ring()
    {
        Send(1);
        Shmq("rm", _name, "--yes").Text.ShouldContain("is deleted");
        Rings().ShouldBeEmpty();
        File.Exists(PathOf).ShouldBeFalse();
        Send(1);
        LosePower();
        Shmq("rm", _name, "--yes").Text.ShouldContain("is deleted");
        File.Exists(PathOf).ShouldBeFalse();
    }

    [Fact]
    public void Gc_removes_the_ring_of_a_journal_that_is_gone()
    {
        Send(1);
        _queue!.Dispose();
        _queue = null;
        string ring = Path.GetFileName(Rings().ShouldHaveSingleItem());
        using (ShmqProcess kept = ShmqProcess.Start("gc", "--dry-run")) kept.Finish().Text.ShouldNotContain(ring);
        File.Delete(PathOf);
        using (ShmqProcess gone = ShmqProcess.Start("gc", "--dry-run")) gone.Finish().Text.ShouldContain(ring);
        using (ShmqProcess gone = ShmqProcess.Start("gc")) gone.Finish().Text.ShouldContain($"'{ring}' was removed");
        Rings().ShouldBeEmpty();
    }

    public void Dispose()
    {
        LosePower();
        Directory.Delete(_folder, recursive: true);
    }

    private string PathOf => Path.Combine(_folder, _name);

    private void Send(int messages)
    {
        _queue?.Dispose();
        _queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name,
            new ShmQueueOptions { Directory = _folder, Durability = Durability.Committed, Capacity = 8 });
        for (int i = 0; i < messages; i++) _queue.Enqueue(new Parcel(1, i));
    }

    private void LosePower()
    {
        _queue?.Dispose();
        _queue = null;
        foreach (string ring in Rings()) File.Delete(ring);
    }

    private string[] Rings() => Testing.Rings.Of(_name);

    private string Hash() => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(QueueFolder.ReadShared(PathOf)));

    private Answer Shmq(params IEnumerable<string> arguments)
    {
        using ShmqProcess process = ShmqProcess.Start([.. arguments, "--directory", _folder]);
        return process.Finish();
    }
}
