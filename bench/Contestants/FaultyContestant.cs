using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>One that goes wrong while it plays, to see that the run tells and goes on.</summary>
/// <param name="name">What it does.</param>
/// <param name="told">What its row must say.</param>
/// <param name="fault">What becomes of its consumer.</param>
internal sealed class FaultyContestant(string name, string told, Action fault) : Contestant(name, Standing.Peer)
{
    public string Told => told;

    public override SeatReport Play(Seat seat, Part part)
    {
        seat.Gather();
        if (!seat.IsProducer) fault();
        return new SeatReport();
    }
}
