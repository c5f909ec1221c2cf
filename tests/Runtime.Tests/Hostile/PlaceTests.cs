using System.Net.Sockets;
using TypedShmQueue.Runtime.Tests.Support;
using ManyQueue =
    TypedShmQueue.Testing.TypedQueue<TypedShmQueue.Testing.Parcel,
    TypedShmQueue.CompilerServices.ManyProducers, TypedShmQueue.CompilerServices.ManyConsumers>;

namespace TypedShmQueue.Runtime.Tests.Hostile;

/// <summary>Where a queue's file cannot be, and what else may stand in its place.</summary>
public sealed class PlaceTests : QueueTests<ManyProducers, ManyConsumers>
{
    private string File => Folder.PathOf(Name);

    [Fact]
    public void Folder_that_does_not_exist_is_named()
    {
        ShmQueueOptions options = Folder.Options with { Directory = Folder.PathOf("none") };
        Should.Throw<DirectoryNotFoundException>(() => ManyQueue.Create(Contract, Name, options)).Message.ShouldContain(options.Directory);
        Should.Throw<DirectoryNotFoundException>(() => ManyQueue.OpenOrCreate(Contract, Name, options)).Message.ShouldContain("Create it");
        Should.Throw<ShmQueueNotFoundException>(() => ManyQueue.Open(Contract, Name, options)).Message.ShouldContain(options.Directory);
        ManyQueue.TryOpen(Contract, Name, options, out _).ShouldBeFalse();
        QueueFiles.Exists(Name, options).ShouldBeFalse();
        QueueFiles.Delete(Name, options).ShouldBeFalse();
    }

    [Fact]
    public void Folder_that_is_a_file_is_named()
    {
        ShmQueueOptions options = Folder.Options with { Directory = Folder.PathOf("file") };
        System.IO.File.WriteAllText(options.Directory, "");
        foreach (Action use in (Action[])[
            () =>
                ManyQueue.Create(Contract, Name, options), () =>
                    ManyQueue.Open(Contract, Name, options), () => ManyQueue.OpenOrCreate(Contract, Name, options)])
        {
            Should.Throw<DirectoryNotFoundException>(use).Message.ShouldContain("not a folder");
        }
    }

    [MountFact]
    public void Read_only_file_system_is_told()
    {
        using SmallFileSystem place = SmallFileSystem.TryMount("1m", readOnly: true).ShouldNotBeNull();
        ShmQueueOptions options = Folder.Options with { Directory = place.Location };
        Should.Throw<UnauthorizedAccessException>(() => ManyQueue.Create(Contract, Name, options)).Message.ShouldContain("read-only");
        Should.Throw<UnauthorizedAccessException>(() => ManyQueue.OpenOrCreate(Contract, Name, options));
        Should.Throw<ShmQueueNotFoundException>(() => ManyQueue.Open(Contract, Name, options));
    }

    [MountFact]
    public void Full_file_system_is_told_at_creation_and_nothing_is_left()
    {
        using SmallFileSystem place = SmallFileSystem.TryMount("512k", readOnly: false).ShouldNotBeNull();
        ShmQueueOptions options = Folder.Options with { Directory = place.Location, Capacity = 1 << 14 };
        for (int i = 0; i < 3; i++)
        {
            ShmQueueLimitException error = Should.Throw<ShmQueueLimitException>(() => ManyQueue.Create(Contract, Name, options));
            error.QueueName.ShouldBe(Name);
            error.Message.ShouldContain(place.Location);
            Directory.EnumerateFileSystemEntries(place.Location).ShouldBeEmpty();
        }

        // The failed ones gave their space back.
        using var queue = ManyQueue.Create(Contract, Name, options with { Capacity = 1 << 10 });
        queue.Enqueue(P(1), default);
        queue.Dequeue(default).ShouldBe(P(1));
    }

    [MountFact]
    public void File_system_without_a_free_inode_is_told()
    {
        using SmallFileSystem place = SmallFileSystem.TryMount("1m,nr_inodes=3", readOnly: false).ShouldNotBeNull();
        ShmQueueOptions options = Folder.Options with { Directory = place.Location };
        using (var queue = ManyQueue.Create(Contract, Name, options))
        using (ManyQueue.Create(Contract, "second", options))
        {
            Should.Throw<ShmQueueLimitException>(() => ManyQueue.Create(Contract, "third", options)).Message.ShouldContain(place.Location);
            queue.Enqueue(P(1), default);
            queue.Dequeue(default).ShouldBe(P(1));
            QueueFiles.Delete("second", options);
        }

        ManyQueue.Create(Contract, "third", options).Dispose();
    }

    [Fact]
    public void Capacity_beyond_the_file_system_is_told()
    {
        const long Needed = 64L << 30;
        if (new DriveInfo("/dev/shm").TotalSize >= Needed) return; // then it would be granted
        Should.Throw<ShmQueueLimitException>(() => Create(1 << 30)).Message.ShouldContain("Lower the capacity");
        Folder.Content.ShouldBeEmpty();
    }

    [Fact]
    public void Symbolic_link_is_never_followed()
    {
        ManyQueue.Create(Contract, "target", Folder.Options).Dispose();
        System.IO.File.CreateSymbolicLink(File, Folder.PathOf("target"));
        RefusedByAll<ShmQueueCorruptException>().Message.ShouldContain("symbolic link");
        QueueFiles.Exists(Name, Folder.Options).ShouldBeFalse();
        Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options));
        QueueFiles.Exists("target", Folder.Options).ShouldBeTrue();

        System.IO.File.Delete(File);
        System.IO.File.CreateSymbolicLink(File, Folder.PathOf("nowhere"));
        RefusedByAll<ShmQueueCorruptException>();
        Should.Throw<ShmQueueExistsException>(() => Create());
    }

    [Fact]
    public void Pipe_is_refused_and_not_waited_for()
    {
        Posix.MakePipe(File, 0x180).ShouldBe(0);
        Worker.Run(() => RefusedByAll<ShmQueueCorruptException>().Message.ShouldContain("not a regular file"));
        QueueFiles.Exists(Name, Folder.Options).ShouldBeFalse();
        Worker.Run(() => Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options)));
    }

    [RootFact]
    public void Device_is_refused_and_not_opened()
    {
        const uint CharacterDevice = 0x2000;
        const ulong Null = (1 << 8) | 3;
        Posix.MakeNode(File, CharacterDevice | 0x180, Null).ShouldBe(0);
        RefusedByAll<ShmQueueCorruptException>().Message.ShouldContain("not a regular file");
        Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options));
    }

    [Fact]
    public void Socket_is_refused()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(File));
        RefusedByAll<ShmQueueCorruptException>().Message.ShouldContain("not a regular file");
        Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options));
    }

    [Fact]
    public void Creation_overwrites_nothing()
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        System.IO.File.WriteAllBytes(File, content);
        Should.Throw<ShmQueueExistsException>(() => Create());
        Should.Throw<ShmQueueCorruptException>(() => ManyQueue.OpenOrCreate(Contract, Name, Folder.Options));
        System.IO.File.ReadAllBytes(File).ShouldBe(content);
        Folder.Content.ShouldBe([Name]);
    }

    [Fact]
    public void Folder_in_its_place_is_refused()
    {
        Directory.CreateDirectory(File);
        RefusedByAll<ShmQueueCorruptException>().Message.ShouldContain("not a regular file");
        QueueFiles.Exists(Name, Folder.Options).ShouldBeFalse();
        Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options));
        Directory.Exists(File).ShouldBeTrue();
    }

    [Fact]
    public void Second_name_of_the_file_is_refused()
    {
        Create().Dispose();
        Posix.Link(File, Folder.PathOf("other")).ShouldBe(0);
        RefusedByAll<UnauthorizedAccessException>().Message.ShouldContain("hard links");
        System.IO.File.Delete(Folder.PathOf("other"));
        Open().IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead)]
    public void Permissions_are_as_asked_whatever_the_umask(UnixFileMode permissions)
    {
        foreach (uint mask in (uint[])[0x3f /* 0077 */, 0x12 /* 0022 */, 0])
        {
            uint before = Posix.SetUmask(mask);
            try
            {
                using var queue = ManyQueue.Create(Contract, Name, Folder.Options with { Permissions = permissions });
                new FileInfo(File).UnixFileMode.ShouldBe(permissions);
                queue.Delete();
            }
            finally
            {
                _ = Posix.SetUmask(before);
            }
        }
    }

    [Fact]
    public void File_that_others_may_write_is_trusted_only_if_asked()
    {
        ShmQueueOptions shared = Folder.Options with
        {
            Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
        };
        Folder.Track(ManyQueue.Create(Contract, Name, shared));
        Should.Throw<UnauthorizedAccessException>(() => Open()).Message.ShouldContain("ShmQueueOptions.Permissions");
        Folder.Track(ManyQueue.Open(Contract, Name, shared)).IsEmpty.ShouldBeTrue();
    }

    private T RefusedByAll<T>() where T : Exception
    {
        T? last = null;
        foreach (Action open in (Action[])[
            () => ManyQueue.Open(Contract, Name, Folder.Options), () => ManyQueue.OpenOrCreate(Contract, Name, Folder.Options),
            () => ManyQueue.TryOpen(Contract, Name, Folder.Options, out _)])
        {
            last = Should.Throw<T>(open);
            last.Message.ShouldContain(Name);
        }

        return last!;
    }
}
