using System.Diagnostics;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// What a container is to a queue: namespaces of users, processes, mounts and System V objects, and a /dev/shm that is small. Made by
/// unshare, as container engines make them.
/// </summary>
public sealed class ContainerTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    /// <summary>Runs what follows as process 1 and user 0 of a container, after a few words of a shell.</summary>
    private static readonly string[] s_container =
        ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount", "--ipc", "--mount-proc"];

    [ContainerFact]
    public void Full_shared_memory_is_a_typed_error_and_no_fault()
    {
        string[] arguments = [.. Arguments("small-memory", "0")];
        arguments[3] = "/dev/shm/queues";
        using PeerProcess peer = Folder.Track(PeerProcess.Start(arguments,
            Container("mount -t tmpfs -o size=256k,mode=1777 tmpfs /dev/shm && mkdir -m 700 /dev/shm/queues")));
        peer.Hear("too large: Space");
        peer.Hear("full: Space");
        peer.Hear("passed");
        peer.WaitForSuccess();
    }

    /// <summary>As a shared emptyDir of medium Memory, or a tmpfs that two containers mount.</summary>
    [ContainerFact]
    public void Containers_that_share_a_folder_share_its_queues_and_survive_each_other()
    {
        var queue = Create(capacity: 16);
        using PeerProcess claims = InContainer("claim", "1");
        claims.Hear("claimed");
        using PeerProcess takes = InContainer("take", "");
        takes.Hear("ready");
        Enter(queue);
        // The one waits for the other, which it cannot see: neither has the other's process ids.
        queue.GetStatistics().Participants.Where(p => !p.IsSelf).Select(p => (p.ProcessId, p.IsAlive)).ShouldBe([(1, true), (1, true)]);
        claims.Kill();
        takes.Hear("2 0");
        queue.Complete();
        takes.Hear("end");
        takes.WaitForSuccess();
        queue.GetStatistics().Abandoned.ShouldBe(1);
    }

    private static void Enter(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue) => queue.Enqueue(new Parcel(2, 0), default);

    /// <summary>In its container, the test's folder has another place, and /dev/shm is the container's own.</summary>
    private PeerProcess InContainer(string act, string argument)
    {
        string[] arguments = [.. Arguments(act, argument)];
        arguments[3] = "/dev/shm/shared";
        // The folder is opened before the mount that hides it.
        string prepare = $"exec 3< {Folder.Location} && mount -t tmpfs -o size=256k,mode=1777 tmpfs /dev/shm && mkdir /dev/shm/shared "
            + "&& mount --bind /proc/self/fd/3 /dev/shm/shared && exec 3<&-";
        return Folder.Track(PeerProcess.Start(arguments, Container(prepare)));
    }

    private static string[] Container(string prepare) => [.. s_container, "sh", "-c", prepare + " && exec \"$@\"", "sh"];

    /// <summary>A test that needs containers, and says so where it can have none.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ContainerFactAttribute : FactAttribute
    {
        private static readonly Lazy<bool> s_can = new(() =>
        {
            try
            {
                using Process probe = Process.Start(s_container[0], [.. s_container[1..], "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]);
                return probe.WaitForExit(TimeSpan.FromSeconds(10)) && probe.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        });

        public ContainerFactAttribute()
        {
            if (!s_can.Value) Skip = "Needs unshare, and the right to make namespaces of users, processes and mounts.";
        }
    }
}
