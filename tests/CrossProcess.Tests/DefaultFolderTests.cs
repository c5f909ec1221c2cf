using System.Diagnostics;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>The folder that is used when none is asked for, met in every state another user could have left it in.</summary>
/// <remarks>
/// Each peer has a /dev/shm of its own (a mount namespace), with the sticky bit as everywhere; a few shell words prepare it.
/// </remarks>
public sealed class DefaultFolderTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    private const string Default = "/dev/shm/typedshmqueue-0";

    [MountNamespaceFact]
    public void Missing_it_is_made_for_this_user_alone_whatever_the_umask()
    {
        foreach (string umask in (string[])["000", "022", "077", "300", "777"])
            Meet($"umask {umask}", "leave-one 600", after: $"stat -c '%a %u' {Default}").ShouldBe(["here", "700 0"]);
    }

    [MountNamespaceFact]
    public void Nothing_is_made_by_who_only_looks() =>
        Meet(":", "open 600", after: "ls -A /dev/shm")[0].ShouldStartWith(nameof(ShmQueueNotFoundException));

    [MountNamespaceFact]
    public void That_of_another_user_is_refused() =>
        Refused($"mkdir -m 700 {Default} && chown 65534 {Default}").ShouldContain("belongs to user 65534");

    /// <summary>Anybody can make a folder of that name first, and in a sticky folder nobody else can remove it.</summary>
    [MountNamespaceFact]
    public void That_of_another_user_has_a_way_round()
    {
        const string Squatted = $"mkdir -m 700 {Default} && chown 65534 {Default}";
        Refused(Squatted).ShouldContain("TYPEDSHMQUEUE_DIRECTORY");
        Meet($"{Squatted} && export TYPEDSHMQUEUE_DIRECTORY=/dev/shm/mine", "leave-one 600",
            after: "stat -c '%a %u' /dev/shm/mine && ls /dev/shm/mine")
            .ShouldBe(["here", "700 0", Name]);
        Meet($"{Squatted} && export TYPEDSHMQUEUE_DIRECTORY=mine", "leave-one 600", after: ":")[0]
            .ShouldContain("it must be an absolute path");
    }

    /// <summary>Whoever made it died before it could give the owner's bits back.</summary>
    [MountNamespaceFact]
    public void One_without_any_permission_is_opened_to_its_owner() =>
        Meet($"mkdir -m 000 {Default}", "leave-one 600", after: $"stat -c '%a %u' {Default}").ShouldBe(["here", "700 0"]);

    [MountNamespaceFact]
    public void One_open_to_others_is_refused()
    {
        foreach (string mode in (string[])["755", "770", "701", "1777"])
            Refused($"mkdir {Default} && chmod {mode} {Default}").ShouldContain("open to other users");
    }

    [MountNamespaceFact]
    public void Link_in_its_place_is_refused_and_nothing_is_made_behind_it() =>
        Meet($"mkdir -m 700 /dev/shm/real && ln -s real {Default}", "leave-one 600", after: "ls -A /dev/shm/real").ShouldHaveSingleItem()
            .ShouldStartWith(nameof(DirectoryNotFoundException));

    [MountNamespaceFact]
    public void Link_to_nowhere_and_file_in_its_place_are_refused()
    {
        Meet($"ln -s nowhere {Default}", "leave-one 600", after: "ls -A /dev/shm")[0].ShouldContain("symbolic link");
        Meet($"touch {Default}", "leave-one 600", after: ":")[0].ShouldContain("is not a folder");
    }

    private string Refused(string prepare)
    {
        string[] said = Meet(prepare, "leave-one 600", after: $"ls -A {Default}");
        said.ShouldHaveSingleItem().ShouldStartWith(nameof(UnauthorizedAccessException));
        Meet(prepare, "open 600", after: ":")[0].ShouldBe(said[0]);
        return said[0];
    }

    /// <summary>What the peer says, and what the shell finds after it.</summary>
    private string[] Meet(string prepare, string argument, string after)
    {
        string[] arguments = [.. Arguments("visit", argument)];
        arguments[3] = "-";
        using PeerProcess peer = Folder.Track(PeerProcess.Start(arguments,
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o mode=1777 tmpfs /dev/shm && {prepare} && \"$@\" && {after}", "sh"]));
        List<string> said = [];
        while (peer.Hear() is { } line) said.Add(line);
        peer.WaitForSuccess();
        return [.. said];
    }
}
