using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A contestant whose link is generic in the message: picks the type for the job's size.</summary>
internal abstract class SizedContestant(string name, Standing standing) : Contestant(name, standing)
{
    public override SeatReport Play(Seat seat, Part part) => seat.Job.MessageSize switch
    {
        8 => Play<long>(seat, part),
        16 => Play<Message<Words1>>(seat, part),
        32 => Play<Message<Words3>>(seat, part),
        56 => Play<Message<Words6>>(seat, part),
        64 => Play<Message<Words7>>(seat, part),
        128 => Play<Message<Words15>>(seat, part),
        256 => Play<Message<Words31>>(seat, part),
        512 => Play<Message<Words63>>(seat, part),
        1024 => Play<Message<Words127>>(seat, part),
        2048 => Play<Message<Words255>>(seat, part),
        4096 => Play<Message<Words511>>(seat, part),
        int size => throw new ArgumentOutOfRangeException(nameof(seat), size, "No message of this size."),
    };

    protected abstract SeatReport Play<T>(Seat seat, Part part)
        where T : unmanaged;
}
