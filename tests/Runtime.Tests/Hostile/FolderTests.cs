using TypedShmQueue.Runtime.Tests.Support;
using ManyQueue =
    TypedShmQueue.Testing.TypedQueue<TypedShmQueue.Testing.Parcel,
    TypedShmQueue.CompilerServices.ManyProducers, TypedShmQueue.CompilerServices.ManyConsumers>;

namespace TypedShmQueue.Runtime.Tests.Hostile;

/// <summary>A folder in which others could exchange a queue behind our back is refused, before anything is made or opened in it.</summary>
public sealed class FolderTests : QueueTests<ManyProducers, ManyConsumers>
{
    private const uint Nobody = 65534;
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void Folder_that_others_may_write_is_refused_unless_asked(UnixFileMode others)
    {
        Create().Dispose();
        File.SetUnixFileMode(Folder.Location, OwnerFolder | others);
        RefusedByAll(Folder.Options).ShouldContain("chmod go-w");
        Should.Throw<UnauthorizedAccessException>(() => ManyQueue.Create(Contract, "new", Folder.Options));
        Folder.Content.ShouldBe([Name]);

        // Read bits ask for no writers.
        RefusedByAll(Folder.Options with { Permissions = OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead });
        Folder.Track(ManyQueue.Open(Contract, Name, Folder.Options with { Permissions = OwnerFile | others })).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Write_permission_for_the_group_does_not_ask_for_that_of_others()
    {
        Create().Dispose();
        File.SetUnixFileMode(Folder.Location, OwnerFolder | UnixFileMode.OtherWrite);
        RefusedByAll(Folder.Options with { Permissions = OwnerFile | Group });
        File.SetUnixFileMode(Folder.Location, OwnerFolder | UnixFileMode.GroupWrite);
        RefusedByAll(Folder.Options with { Permissions = OwnerFile | Others });
    }

    [Fact]
    public void Sticky_folder_that_all_may_write_is_taken()
    {
        File.SetUnixFileMode(Folder.Location,
            OwnerFolder | Group | Others | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        var queue = Create();
        queue.Enqueue(P(1), default);
        Open().Dequeue(default).ShouldBe(P(1));
        queue.Delete();
        Folder.Content.ShouldBeEmpty();
    }

    [RootFact]
    public void Folder_of_another_user_is_refused_unless_shared()
    {
        Create().Dispose();
        Posix.ChangeOwner(Folder.Location, Nobody, Nobody).ShouldBe(0);
        RefusedByAll(Folder.Options).ShouldContain($"belongs to user {Nobody}");
        Should.Throw<UnauthorizedAccessException>(() => ManyQueue.Create(Contract, "new", Folder.Options));
        Folder.Content.ShouldBe([Name]);
        Folder.Track(ManyQueue.Open(Contract, Name, Folder.Options with { Permissions = OwnerFile | Group })).IsEmpty.ShouldBeTrue();
    }

    [RootFact]
    public void File_of_another_user_in_a_folder_for_all_is_refused()
    {
        File.SetUnixFileMode(Folder.Location, OwnerFolder | Others | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        Create().Dispose();
        Posix.ChangeOwner(Folder.PathOf(Name), Nobody, Nobody).ShouldBe(0);
        RefusedByAll(Folder.Options).ShouldContain($"belongs to user {Nobody}");
        Should.Throw<ShmQueueExistsException>(() => Create());

        // Not even one that says it is deleted: nothing of another user's is mapped, let alone removed.
        Spoiler.Write(Folder.PathOf(Name), 1024, 1L);
        Should.Throw<ShmQueueExistsException>(() => Create());
        Folder.Content.ShouldBe([Name]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/.")]
    public void Link_to_a_folder_is_never_followed(string ending)
    {
        Create().Dispose();
        string link = Folder.PathOf("link"), folder = Folder.PathOf("folder");
        Directory.CreateDirectory(folder, OwnerFolder);
        File.CreateSymbolicLink(link, folder);
        ShmQueueOptions options = Folder.Options with { Directory = link + ending };
        foreach (Action use in Uses(options))
            Should.Throw<DirectoryNotFoundException>(use).Message.ShouldContain("symbolic link");
        Should.Throw<DirectoryNotFoundException>(() => ManyQueue.Create(Contract, "new", options));
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    /// <summary>
    /// The folder's name leads now here, now through a link elsewhere: what is made and taken away is in the folder that was judged.
    /// </summary>
    [Fact]
    public void Folder_exchanged_for_a_link_at_any_instant_is_not_followed()
    {
        string folder = Folder.PathOf("folder"), link = Folder.PathOf("link"), decoy = Folder.PathOf("decoy");
        Directory.CreateDirectory(folder, OwnerFolder);
        Directory.CreateDirectory(decoy, OwnerFolder);
        File.CreateSymbolicLink(link, decoy);
        UseWhileExchanged(folder, link);
        Directory.EnumerateFileSystemEntries(decoy).ShouldBeEmpty();
    }

    [RootFact]
    public void Folder_exchanged_for_another_users_at_any_instant_is_not_used()
    {
        const string Mark = "mark";
        string folder = Folder.PathOf("folder"), decoy = Folder.PathOf("decoy");
        Directory.CreateDirectory(folder, OwnerFolder);
        Directory.CreateDirectory(decoy, OwnerFolder);
        File.WriteAllText(Path.Combine(decoy, Mark), "");
        Posix.ChangeOwner(decoy, Nobody, Nobody).ShouldBe(0);
        UseWhileExchanged(folder, decoy);
        string theirs = File.Exists(Path.Combine(decoy, Mark)) ? decoy : folder;
        Directory.EnumerateFileSystemEntries(theirs).Select(Path.GetFileName).ShouldBe([Mark]);
    }

    /// <summary>Makes and deletes a queue in the folder, again and again, while its name changes places with another's.</summary>
    private void UseWhileExchanged(string folder, string other)
    {
        ShmQueueOptions options = Folder.Options with { Directory = folder };
        bool over = false;
        Worker exchange = Worker.Start(() =>
        {
            while (!Volatile.Read(ref over)) Posix.Exchange(folder, other).ShouldBe(0);
        });
        int used = 0, refused = 0;
        Worker.Run(() =>
        {
            for (int i = 0; i < 2000 || used == 0 || refused == 0; i++)
            {
                try
                {
                    using var queue = ManyQueue.OpenOrCreate(Contract, Name, options);
                    queue.Delete();
                    used++;
                }
                catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
                {
                    refused++;
                }
            }
        });
        Volatile.Write(ref over, true);
        exchange.Join();
    }

    private string RefusedByAll(ShmQueueOptions options)
    {
        string message = "";
        foreach (Action use in Uses(options)) message = Should.Throw<UnauthorizedAccessException>(use).Message;
        return message;
    }

    private Action[] Uses(ShmQueueOptions options) =>
    [
        () => ManyQueue.Open(Contract, Name, options), () => ManyQueue.OpenOrCreate(Contract, Name, options),
        () => ManyQueue.TryOpen(Contract, Name, options, out _), () => QueueFiles.Delete(Name, options),
    ];
}
