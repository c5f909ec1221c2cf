using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// Peers that take part where the environment variable TSQ_PEERS named a folder with their checkouts when the benchmarks were built (see
/// the project file). No part of them is in this repository.
/// </summary>
internal static class OptionalPeers
{
    public const string Interprocess = "Cloudtoid.Interprocess";
    public const string Disruptor = "Disruptor-net (polls)";

    public static IReadOnlyList<Contestant> All { get; } =
    [
        Find(Interprocess, "InterprocessContestant", "interprocess, of github.com/cloudtoid/interprocess (version 3)"),
        Find(Disruptor, "DisruptorContestant", "disruptor-net, of github.com/disruptor-net/Disruptor-net (version 7)"),
    ];

    private static Contestant Find(string name, string type, string checkout) =>
        Type.GetType($"{typeof(OptionalPeers).Namespace}.{type}") is { } built
            ? (Contestant)Activator.CreateInstance(built)!
            : new MissingContestant(name, $"Set TSQ_PEERS to a folder with the checkout {checkout}, and build again.");
}

/// <summary>One that was not built.</summary>
internal sealed class MissingContestant(string name, string reason) : Contestant(name, Standing.Peer)
{
    public override string? Missing => reason;

    public override SeatReport Play(Seat seat, Part part) => throw new InvalidOperationException(reason);
}
