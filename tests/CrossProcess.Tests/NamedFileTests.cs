using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Creation on a file system without nameless files: a hidden name first, then a rename that replaces nothing.</summary>
public sealed class NamedFileTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void Queue_is_whole_and_alone_in_its_folder()
    {
        using PeerProcess creator = Creator("create 640");
        creator.Hear("here");
        Folder.Content.ShouldBe([Name]);
        File.GetUnixFileMode(Folder.PathOf(Name)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options));
        queue.Enqueue(new Parcel(1, 1), default);
        creator.Tell("take");
        creator.Hear("1 1");
        creator.Tell("send");
        creator.Hear("sent");
        queue.Dequeue(default).ShouldBe(new Parcel(100, 1));
        creator.Tell("leave");
        creator.WaitForSuccess();
        Pass(queue, 100);
    }

    [Fact]
    public void Umask_does_not_change_what_was_asked_for()
    {
        using PeerProcess creator = Creator("leave-one 666", ["sh", "-c", "umask 077 && \"$@\"", "sh"]);
        creator.Hear("here");
        creator.WaitForSuccess();
        File.GetUnixFileMode(Folder.PathOf(Name)).ShouldBe((UnixFileMode)0x1b6);
    }

    [Fact]
    public void Nothing_in_the_way_is_followed_or_replaced()
    {
        string place = Folder.PathOf(Name), aim = Folder.PathOf("aim");
        byte[] content = [1, 2, 3];
        File.WriteAllBytes(place, content);
        MustExist();
        File.ReadAllBytes(place).ShouldBe(content);

        File.Delete(place);
        File.CreateSymbolicLink(place, aim);
        MustExist();
        File.Exists(aim).ShouldBeFalse();

        File.WriteAllBytes(aim, content);
        MustExist();
        File.ReadAllBytes(aim).ShouldBe(content);
        File.Delete(aim);

        File.Delete(place);
        Directory.CreateDirectory(place);
        MustExist();
        Directory.Exists(place).ShouldBeTrue();
    }

    /// <summary>One of all who create at once has made it, and the others left nothing.</summary>
    [Fact]
    public void One_of_many_creators_wins()
    {
        PeerProcess[] creators = [.. Enumerable.Range(0, 4).Select(_ => Creator("create 600"))];
        string[] said = [.. creators.Select(c => c.Hear()!)];
        said.Count(s => string.Equals(s, "here", StringComparison.Ordinal)).ShouldBe(1);
        said.Count(s => s.StartsWith(nameof(ShmQueueExistsException), StringComparison.Ordinal)).ShouldBe(3);
        Folder.Content.ShouldBe([Name]);
    }

    private void MustExist()
    {
        IReadOnlyList<string> before = Folder.Content;
        using PeerProcess creator = Creator("create 600");
        creator.Hear()!.ShouldStartWith(nameof(ShmQueueExistsException));
        Folder.Content.ShouldBe(before);
    }

    private PeerProcess Creator(string argument, string[]? under = null) =>
        Folder.Track(PeerProcess.Start(Arguments("visit", argument, "--no-nameless-files"), under));
}
