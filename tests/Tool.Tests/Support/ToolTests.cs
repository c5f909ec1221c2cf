using System.Security.Cryptography;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The base of the tests: a folder of queues, and the tool run on it.</summary>
public abstract class ToolTests : IDisposable
{
    protected QueueFolder Folder { get; } = new();

    protected ShmQueueOptions Options => Folder.Options;

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the tool on the test's folder.</summary>
    protected Answer Shmq(params IEnumerable<string> arguments)
    {
        using ShmqProcess process = Start(arguments);
        return process.Finish();
    }

    protected ShmqProcess Start(params IEnumerable<string> arguments) => ShmqProcess.Start([.. arguments, "--directory", Folder.Location]);

    /// <summary>A second process on a queue of parcels.</summary>
    protected PeerProcess Peer<TProducers, TConsumers>(string act, string queue, string argument = "") =>
        Folder.Track(PeerProcess.Start([act, typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, queue, argument]));

    /// <summary>Everything that a file says, in one line.</summary>
    protected string HashOf(string queue) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Folder.PathOf(queue))));
}
