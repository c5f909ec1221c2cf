using System.Diagnostics;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Two users at one place: kept apart unless both ask to share.</summary>
public sealed class OtherUserTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode All = (UnixFileMode)0x1ff;
    private const UnixFileMode SharedFile = OwnerFile | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private bool Stands => File.Exists(Folder.PathOf(Name));

    [NobodyFact]
    public void Another_users_queue_cannot_be_opened_replaced_or_deleted()
    {
        var queue = Create(capacity: 8);
        File.SetUnixFileMode(Folder.Location, All | UnixFileMode.StickyBit);
        Nobody("open 600").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Nobody("open-or-create 600").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Nobody("delete 600").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Nobody("leave-one 600").Hear()!.ShouldStartWith(nameof(ShmQueueExistsException));

        // Asking to share is not enough where the owner did not.
        Nobody("open 666").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Nobody("delete 666").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Stands.ShouldBeTrue();
        queue.IsDeleted.ShouldBeFalse();
        Pass(queue, 100);
    }

    [NobodyFact]
    public void Folder_that_another_user_may_not_enter_says_so()
    {
        var queue = Create(capacity: 8);
        foreach (string way in (string[])["open 600", "open 666", "leave-one 600", "delete 600"])
            Nobody(way).Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Pass(queue, 100);
    }

    /// <summary>Whoever comes first to a folder for all has the name, and nothing else: nobody is led into a queue of theirs.</summary>
    [NobodyFact]
    public void Queue_that_another_user_put_in_the_way_is_refused()
    {
        File.SetUnixFileMode(Folder.Location, All | UnixFileMode.StickyBit);
        Nobody("leave-one 666").Hear("here");
        Should.Throw<UnauthorizedAccessException>(() => Open(OwnerFile)).Message.ShouldContain("belongs to user 65534");
        Should.Throw<UnauthorizedAccessException>(() =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, Folder.Options));
        Should.Throw<ShmQueueExistsException>(() => Create(capacity: 8));

        // A group is asked for, and this file is everybody's.
        Should.Throw<UnauthorizedAccessException>(() => Open(SharedFile));
        Folder.Track(Open(SharedFile | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)).IsEmpty.ShouldBeTrue();
    }

    /// <summary>As the documentation says to share: a folder with the group's name on it, the same permissions on both sides.</summary>
    [NobodyFact]
    public void Users_of_one_group_share_a_queue_where_both_ask()
    {
        GiveToGroupOfNobody();
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contract, Name, Folder.Options with { Permissions = SharedFile }));
        Nobody("open 600").Hear()!.ShouldContain("set ShmQueueOptions.Permissions");
        Exchange(queue, Nobody("open 660"));
        Nobody("open 600").Hear()!.ShouldStartWith(nameof(UnauthorizedAccessException));
        Pass(queue, 100);
    }

    [NobodyFact]
    public void Queue_that_the_other_user_made_is_shared_likewise()
    {
        GiveToGroupOfNobody();
        Nobody("leave-one 660").Hear("here");
        Should.Throw<UnauthorizedAccessException>(() => Open(OwnerFile));
        var queue = Folder.Track(Open(SharedFile));
        Exchange(queue, Nobody("open 660"));
        queue.Delete();
        Stands.ShouldBeFalse();
    }

    /// <summary>A folder of root's own is handed over to the group; a queue in it gets that group (set-group-id).</summary>
    private void GiveToGroupOfNobody()
    {
        using Process handOver = Process.Start("chgrp", ["65534", Folder.Location]);
        handOver.WaitForExit();
        handOver.ExitCode.ShouldBe(0);
        File.SetUnixFileMode(Folder.Location,
            All & ~(UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute) | UnixFileMode.SetGroup);
    }

    private static void Exchange(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, PeerProcess other)
    {
        other.Hear("here");
        queue.Enqueue(new Parcel(1, 1), default);
        other.Tell("take");
        other.Hear("1 1");
        other.Tell("send");
        other.Hear("sent");
        queue.Dequeue(default).ShouldBe(new Parcel(100, 1));
        other.Tell("leave");
        other.WaitForSuccess();
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(UnixFileMode permissions) =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options with { Permissions = permissions });

    private PeerProcess Nobody(string argument) => Folder.Track(PeerProcess.Start(Arguments("visit", argument), PeerProcess.AsNobody));
}
