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

    /// <summary>
    /// Names that begin like ours, in a folder that others use as well. Each is left by a creation beside it, and by a collection.
    /// </summary>
    [Fact]
    public void Nothing_is_taken_away_but_what_a_creator_left()
    {
        const string Digits = "0123456789abcdef0123456789abcdef";
        byte[] marked = [.. BitConverter.GetBytes(QueueMark.Magic), .. new byte[100]];
        (string Name, byte[] Content)[] others =
        [
            (".new-notes.txt", marked), (".new-", marked), ($".new-{Digits}", marked), ($".new-x-{Digits[1..]}", marked),
                ($".new-x-{Digits.ToUpperInvariant()}", marked),
            ($".new-.x-{Digits}", marked), ($".new-a b-{Digits}", marked), ($".new-empty-{Digits}", []),
                ($".new-text-{Digits}", "something of somebody's"u8.ToArray()),
        ];
        foreach ((string name, byte[] content) in others) File.WriteAllBytes(Folder.PathOf(name), content);
        using (System.Diagnostics.Process pipe = System.Diagnostics.Process.Start("mkfifo", [Folder.PathOf($".new-pipe-{Digits}")]))
            pipe.WaitForExit();
        File.CreateSymbolicLink(Folder.PathOf($".new-link-{Digits}"), Folder.PathOf($".new-text-{Digits}"));
        Directory.CreateDirectory(Folder.PathOf($".new-folder-{Digits}"));
        IReadOnlyList<string> before = Folder.Content;
        // What a dead creator left is found, and nothing else.
        string left = $".new-{Name}-{Digits}";
        File.WriteAllBytes(Folder.PathOf(left), marked);
        using (Region.RegionFolder folder = Region.RegionPort.Current.TryOpenFolder(Folder.Location)!)
        {
            Region.RegionPort.Current.RemoveLeftovers(folder, dryRun: true).ShouldBe([left]);
            Region.RegionPort.Current.RemoveLeftovers(folder, dryRun: true, emptyToo: true)
                .ShouldBe([left, $".new-empty-{Digits}"], ignoreOrder: true);
        }

        using PeerProcess creator = Creator("leave-one 600");
        creator.Hear("here");
        creator.WaitForSuccess();
        Folder.Content.Where(name => !string.Equals(name, Name, StringComparison.Ordinal)).ShouldBe(before);
        foreach ((string name, byte[] content) in others) File.ReadAllBytes(Folder.PathOf(name)).ShouldBe(content);
        // Whoever asks for it gets rid of the empty one too: its creator died before the mark was there.
        using (Region.RegionFolder folder = Region.RegionPort.Current.TryOpenFolder(Folder.Location)!)
            Region.RegionPort.Current.RemoveLeftovers(folder, emptyToo: true).ShouldBe([$".new-empty-{Digits}"]);
        File.Exists(Folder.PathOf($".new-empty-{Digits}")).ShouldBeFalse();
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
