using System.Diagnostics;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>
/// A process that holds a claim and does beside it what applications do. None of that may cost it the claim, or keep the claim alive beyond
/// its own death.
/// </summary>
internal static class ClaimBeside
{
    /// <summary>Starts a program that outlives it, in this folder.</summary>
    public static void Child<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> queue, string folder)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        Claim(queue);
        Orders.Say("claimed");
        using Process child = Process.Start(new ProcessStartInfo("sleep", ["300"]) { WorkingDirectory = folder })!;
        Orders.Stay();
    }

    /// <summary>
    /// Opens the queue's file in other ways, and closes it again: with locks of the process instead of the open file these would be gone
    /// now.
    /// </summary>
    public static void OtherDescriptors<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> queue, string path)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        Claim(queue);
        using (FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite)) _ = file.ReadByte();
        using (File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            // Opened and closed, as a tool would.
        }

        using (TypedQueue<Parcel, TProducers, TConsumers>
            .Open(Contracts.Parcel<TProducers, TConsumers>(), queue.Name, new() { Directory = Path.GetDirectoryName(path) }))
        {
            // A second handle of this process, disposed while the first one lives.
        }

        Orders.Say("claimed");
        Orders.Stay();
    }

    private static void Claim<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> queue)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        if (!queue.TryClaim(out _)) throw new InvalidOperationException("No room for a claim.");
    }
}
