using System.Text;

namespace TypedShmQueue.Tool.Tests;

/// <summary>Files that are no queues, or none any more: each verb says so in a sentence and an exit code.</summary>
public sealed class BadFileTests : ToolTests
{
    private const string Name = "trades";

    public static TheoryData<string> Verbs =>
        new("stat", "watch", "tail", "peek", "dump", "schema", "send", "drain", "verify", "doctor", "repair");

    /// <summary>They all open a queue in one of two ways: to look at it, or as one of its processes.</summary>
    public static TheoryData<string> Some => new("stat", "tail", "send", "repair");

    private Answer Run(string verb) => verb switch
    {
        "send" => Shmq(verb, Name, "{}"),
        "watch" or "tail" => Shmq(verb, Name, "--count", "1"),
        _ => Shmq(verb, Name),
    };

    private void Create()
    {
        using TradeQueue queue = TradeQueue.Create(Name, Options);
        queue.Enqueue(new Trade { Id = 1 });
    }

    private void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(Folder.PathOf(Name), FileMode.Open, FileAccess.Write);
        file.Position = offset;
        file.Write(bytes);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Foreign(string verb)
    {
        File.WriteAllText(Folder.PathOf(Name), new string('x', 10_000));
        Run(verb).ShouldRefuse(4, "does not begin with a queue's mark");
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void Truncated(string verb)
    {
        Create();
        using (FileStream file = new(Folder.PathOf(Name), FileMode.Open)) file.SetLength(file.Length - 4096);
        Run(verb).ShouldRefuse(4, "it was truncated or extended");
        using (FileStream file = new(Folder.PathOf(Name), FileMode.Open)) file.SetLength(0);
        Run(verb).ShouldRefuse(4, "it is 0 bytes long");
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void Newer(string verb)
    {
        Create();
        Write(8, [9, 0, 0, 0]);
        Run(verb).ShouldRefuse(4, "its format has version 9");
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void Absent(string verb) => Run(verb).ShouldRefuse(3, $"There is no queue '{Name}'");

    [Theory]
    [MemberData(nameof(Some))]
    public void A_link_is_not_followed(string verb)
    {
        using (TradeQueue.Create("real", Options))
        {
        }

        File.CreateSymbolicLink(Folder.PathOf(Name), Folder.PathOf("real"));
        Run(verb).ShouldRefuse(4, "is a symbolic link");
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void What_others_may_write_is_refused_unless_that_is_meant(string verb)
    {
        Create();
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(Folder.PathOf(Name), Everybody);
        Run(verb).ShouldRefuse(1, "may be written by other users");
        Run(verb).ShouldRefuse(1, "Use --shared to let this tool open such queues.");
        Shmq("stat", Name, "--shared").ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("dump")]
    [InlineData("send")]
    public void A_schema_that_is_none_is_told_with_its_line(string verb)
    {
        Create();
        byte[] text = File.ReadAllBytes(Folder.PathOf(Name));
        int at = text.AsSpan().IndexOf("tsq1 "u8);
        "tsq9 "u8.CopyTo(text.AsSpan(at));
        byte[] schema = text[at..(at + TradeQueue.Schema.Length)];
        BitConverter.TryWriteBytes(text.AsSpan(16), Contracts.Hash(schema));
        File.WriteAllBytes(Folder.PathOf(Name), text);
        Run(verb).ShouldRefuse(4, "Line 1 of the schema is wrong");
        Shmq("stat", Name).Text.ShouldContain("message    ?, 40 bytes");
        Encoding.UTF8.GetString(schema).ShouldStartWith("tsq9 Trade 40\n");
    }
}
