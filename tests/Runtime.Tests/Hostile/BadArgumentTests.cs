using TypedShmQueue.Runtime.Tests.Support;
using ManyQueue =
    TypedShmQueue.Testing.TypedQueue<TypedShmQueue.Testing.Parcel,
    TypedShmQueue.CompilerServices.ManyProducers, TypedShmQueue.CompilerServices.ManyConsumers>;

namespace TypedShmQueue.Runtime.Tests.Hostile;

public sealed class BadArgumentTests : QueueTests<ManyProducers, ManyConsumers>
{
    public static TheoryData<string> BadNames { get; } =
        ["", ".", "..", ".hidden", "a/b", "/a", "../a", "a b", "ä", "a\0b", "a\n", "a:b", "a\\b", new string('a', 129)];

    public static TheoryData<string> GoodNames { get; } = ["a", "0", "-", "_", "a.b", "a..b", "A-Z_0.9", new string('a', 128)];

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Bad_name_is_refused_everywhere(string name)
    {
        foreach (Action use in (Action[])[
            () => ManyQueue.Create(Contract, name, Folder.Options), () => ManyQueue.Open(Contract, name, Folder.Options),
            () => ManyQueue.OpenOrCreate(Contract, name, Folder.Options), () => ManyQueue.TryOpen(Contract, name, Folder.Options, out _),
            () => QueueFiles.Exists(name, Folder.Options), () => QueueFiles.Delete(name, Folder.Options)])
        {
            ArgumentException error = Should.Throw<ArgumentException>(use);
            error.ParamName.ShouldBe("name");
            error.Message.ShouldContain("1 to 128");
        }

        ShmQueueName.IsValid(name).ShouldBeFalse();
        Folder.Content.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void Good_name_is_taken(string name)
    {
        ShmQueueName.IsValid(name).ShouldBeTrue();
        using var queue = ManyQueue.Create(Contract, name, Folder.Options);
        Folder.Content.ShouldBe([name]);
    }

    [Fact]
    public void Null_is_refused()
    {
        Should.Throw<ArgumentNullException>(() => ManyQueue.Open(Contract, null!, null));
        Should.Throw<ArgumentNullException>(() => QueueFiles.Exists(null!, null));
    }

    [Fact]
    public void Unique_names_are_valid_and_differ()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(_ => ShmQueueName.NewUnique())];
        names.ShouldAllBe(n => ShmQueueName.IsValid(n));
        names.Distinct(StringComparer.Ordinal).Count().ShouldBe(100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-2)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Bad_capacity_is_refused(int capacity)
    {
        ArgumentOutOfRangeException error = Should.Throw<ArgumentOutOfRangeException>(() => Create(capacity));
        error.ActualValue.ShouldBe(capacity);
        error.Message.ShouldContain("power of two");
        Folder.Content.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4097)]
    public void Bad_number_of_participants_is_refused(int count) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Create(maxParticipants: count)).ActualValue.ShouldBe(count);

    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.SetUser)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public void Bad_permissions_are_refused(UnixFileMode permissions) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ManyQueue.Create(Contract, Name, Folder.Options with { Permissions = permissions }))
            .ActualValue.ShouldBe(permissions);

    [Fact]
    public void Retention_of_a_queue_that_is_not_broadcast_is_refused()
    {
        ShmQueueOptions options = Folder.Options with { Retention = TimeSpan.FromMinutes(5) };
        foreach (Action create in (Action[])[() => ManyQueue.Create(Contract, Name, options), () =>
            ManyQueue.OpenOrCreate(Contract, Name, options)])
        {
            ArgumentException error = Should.Throw<ArgumentException>(create);
            error.ParamName.ShouldBe("options");
            error.Message.ShouldContain("Retention is 00:05:00");
            error.Message.ShouldContain("Delivery.Broadcast");
        }

        Folder.Content.ShouldBeEmpty();
        Create();
        // Whoever opens takes the queue's own, as with a capacity.
        ManyQueue.Open(Contract, Name, options).Dispose();
    }

    [Fact]
    public void Bad_wait_policy_and_folder_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ManyQueue.Create(Contract, Name, Folder.Options with { Wait = (WaitPolicy)9 }));
        Should.Throw<ArgumentOutOfRangeException>(() => ManyQueue.Create(Contract, Name, Folder.Options with { Directory = "" }));
        Should.Throw<ArgumentOutOfRangeException>(() => ManyQueue.Create(Contract, Name, Folder.Options with { Directory = "/dev/shm\0" }));
    }
}
