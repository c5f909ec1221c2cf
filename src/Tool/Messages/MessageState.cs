using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>How a message stands with a group that has not settled it.</summary>
/// <param name="Name">One word: waiting, leased or returned.</param>
/// <param name="Deliveries">How often it was handed out.</param>
/// <param name="Holder">Who has it; null if nobody has.</param>
internal sealed record MessageState(string Name, int Deliveries, LeaseHolder? Holder)
{
    /// <summary>The process that has it; null if nobody has, or nobody knows which it was.</summary>
    public int? ProcessId => Holder is { ProcessId: not 0 } holder ? holder.ProcessId : null;

    public static MessageState Of(PositionInGroup found, LeaseHolder? holder) => new(
        found.Outcome switch { Outcome.Leased => "leased", Outcome.Returned => "returned", _ => "waiting" }, found.Deliveries, holder);

    /// <summary>For people, such as <c>leased by process 4711 for 12 s, delivery 2</c>.</summary>
    public override string ToString() => Holder is not { } holder
        ? Deliveries == 0 ? Name : $"{Name} after {Numbers.Count(Deliveries, "delivery", "deliveries")}"
        : holder.ProcessId == 0
        ? $"{Name} by a process that died, delivery {Deliveries}"
        : $"{Name} by process {holder.ProcessId}{(holder.IsAlive ? "" : ", which died,")} for {Numbers.Age(holder.Age)}, delivery "
            + $"{Deliveries}";
}
