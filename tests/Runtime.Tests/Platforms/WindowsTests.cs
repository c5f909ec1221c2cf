using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Region;

namespace TypedShmQueue.Runtime.Tests.Platforms;

/// <summary>What only Windows has. Run by tests/on-windows.</summary>
public sealed class WindowsTests : IDisposable
{
    private static readonly QueueContract s_contract = Contracts.Parcel<ManyProducers, ManyConsumers>();

    private readonly QueueFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [WindowsTheory]
    [InlineData("CON")]
    [InlineData("con")]
    [InlineData("nul.trades")]
    [InlineData("COM1")]
    [InlineData("Lpt9.x.y")]
    [InlineData("trades.")]
    [InlineData("trades..")]
    public void Name_that_Windows_keeps_for_itself_is_refused(string name)
    {
        Should.Throw<ArgumentException>(() => Create(name)).Message.ShouldContain(name);
        Should.Throw<ArgumentException>(() => QueueFiles.Delete(name, _folder.Options));
        _folder.Content.ShouldBeEmpty();
    }

    [WindowsTheory]
    [InlineData("CONSOLE")]
    [InlineData("COM")]
    [InlineData("COM12")]
    [InlineData("trades.con")]
    [InlineData("a.b")]
    public void Name_that_only_looks_so_is_one(string name)
    {
        using (Create(name))
        {
            _folder.Content.ShouldBe([name]);
        }
    }

    [WindowsFact]
    public void Names_that_differ_by_case_alone_are_not_two_queues()
    {
        using var queue = Create("Trades");
        Should.Throw<ArgumentException>(() => Create("trades")).Message.ShouldContain("'Trades'");
        Should.Throw<ArgumentException>(() => Open("trades")).Message.ShouldContain("'Trades'");
        Should.Throw<ArgumentException>(() => QueueFiles.Delete("TRADES", _folder.Options));
        using var same = Open("Trades");
        same.GetStatistics().Participants.Count.ShouldBe(2);
    }

    [WindowsTheory]
    [InlineData(@"\\server\share\queues")]
    [InlineData(@"\\?\UNC\server\share\queues")]
    [InlineData("//server/share")]
    public void Network_drive_is_refused_without_asking_it(string folder)
    {
        ShmQueueOptions options = _folder.Options with { Directory = folder };
        Should.Throw<IOException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(s_contract, "q", options))
            .Message.ShouldContain("network");
    }

    /// <summary>Wine makes the list of the file's mode: this shows that what is asked for arrives, and is read as it was meant.</summary>
    [WindowsFact]
    public void Folder_and_file_are_this_users_alone()
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        string name = ShmQueueName.NewUnique();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(s_contract, name, ShmQueueOptions.Default);
        try
        {
            RegionPort port = RegionPort.Current;
            using RegionFolder folder = port.TryOpenFolder(QueueFiles.DirectoryOf(ShmQueueOptions.Default))!;
            FileFacts[] both = [port.Inspect(folder.Handle), port.Inspect(folder, name)!.Value];
            foreach (FileFacts facts in both)
            {
                facts.Owner.ShouldBe(port.CurrentUser);
                (facts.Permissions & Others).ShouldBe(UnixFileMode.None);
            }

            port.Inspect(folder, name)!.Value.Kind.ShouldBe(FileKind.RegularFile);
            both[0].Kind.ShouldBe(FileKind.Directory);
        }
        finally
        {
            queue.Delete();
        }
    }

    [WindowsFact]
    public void Permissions_that_have_no_counterpart_are_refused()
    {
        ShmQueueOptions options = _folder.Options with
        {
            Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        };
        Should.Throw<ArgumentException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(s_contract, "q", options))
            .Message.ShouldContain("group");
        _folder.Content.ShouldBeEmpty();
    }

    [WindowsFact]
    public void Deleted_queue_frees_its_name_at_once_and_its_file_later()
    {
        using (var first = Create("q"))
        using (var second = Open("q"))
        {
            first.Delete();
            _folder.Content.Any(static f => f is "q").ShouldBeFalse();
            using var successor = Create("q");
            first.Enqueue(new Parcel(1, 1), default);
            second.Dequeue(default).ShouldBe(new Parcel(1, 1));
            successor.TryDequeue(out _).ShouldBeFalse();
            successor.Delete();
        }

        // Wine keeps the old name at the handles of others, so the last of them does not see that it was hidden: the next creator does.
        using (Create("next"))
        {
            _folder.Content.ShouldBe(["next"]);
        }
    }

    /// <summary>Who asks takes a shared lock for an instant; who takes the lock must not find it held because of that.</summary>
    [WindowsFact]
    public void Asking_disturbs_no_owner()
    {
        const int Rounds = 2000;
        const long Lock = 77;
        using var queue = Create("q");
        RegionPort port = RegionPort.Current;
        using RegionFolder folder = port.TryOpenFolder(_folder.Location)!;
        using SafeFileHandle owner = port.TryOpen(folder, "q")!;
        using CancellationTokenSource done = new();
        Worker[] askers = Worker.StartMany(2, number =>
        {
            using SafeFileHandle asker = port.TryOpen(folder, "q")!;
            while (!done.IsCancellationRequested) _ = port.IsLockedByOther(asker, Lock);
        });
        for (int i = 0; i < Rounds; i++)
        {
            port.TryLock(owner, Lock).ShouldBeTrue();
            port.Unlock(owner, Lock);
        }

        done.Cancel();
        foreach (Worker asker in askers) asker.Join();
    }

    /// <summary>
    /// Threads that are late touch the memory in the very instant in which nothing is mapped there. Wine has no placeholders, so it shows
    /// the handler, and not that nobody else can get the addresses.
    /// </summary>
    [WindowsFact]
    public unsafe void Late_thread_meets_zeros_and_no_hole()
    {
        const int Rounds = 50;
        RegionPort port = RegionPort.Current;
        using RegionFolder folder = port.TryOpenFolder(_folder.Location)!;
        using UnpublishedFile file = port.CreateUnpublished(folder, "q", 4 * Environment.SystemPageSize,
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
        for (int i = 0; i < Rounds; i++)
        {
            byte* address = port.Map(file.Handle, 4 * Environment.SystemPageSize, "q");
            nint memory = (nint)address;
            *(long*)address = 1;
            bool stop = false;
            long zeros = 0;
            Worker late = Worker.Start(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                    if (Volatile.Read(ref *(long*)memory) == 0) Volatile.Write(ref zeros, zeros + 1);
                    Volatile.Write(ref *(long*)(memory + Environment.SystemPageSize), 2);
                }
            });
            port.ReplaceByZeroPages(address, 4 * Environment.SystemPageSize);
            Worker.WaitUntil(() => Volatile.Read(ref zeros) > 0, "zeros");
            Volatile.Write(ref stop, true);
            late.Join();
            port.Unmap(address, 4 * Environment.SystemPageSize);
        }

        file.Handle.Dispose();
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Create(string name) =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(s_contract, name, _folder.Options);

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(string name) =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(s_contract, name, _folder.Options);
}

/// <summary>A test of what only Windows has.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WindowsFactAttribute : FactAttribute
{
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows()) Skip = WindowsTheoryAttribute.Reason;
    }
}

/// <inheritdoc cref="WindowsFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WindowsTheoryAttribute : TheoryAttribute
{
    public const string Reason = "Needs Windows: tests/on-windows.";

    public WindowsTheoryAttribute()
    {
        if (!OperatingSystem.IsWindows()) Skip = Reason;
    }
}
