using System.Text.Json.Serialization;
using TypedShmQueue.Bench.Measuring;

namespace TypedShmQueue.Bench.Workers;

/// <summary>What the seats of a job do with the contestant.</summary>
internal enum Activity
{
    /// <summary>Producers send as fast as they can, consumers take.</summary>
    Stream,

    /// <summary>One message goes there and back, again and again.</summary>
    RoundTrip,

    /// <summary>A message finds its consumer parked.</summary>
    Wake,

    /// <summary>A consumer waits, and nothing comes.</summary>
    Idle,

    /// <summary>Every message goes to every consumer; what counts is the producer's own time.</summary>
    Cast,

    /// <summary>The first producer is killed while it sends; another one goes on.</summary>
    Kill,
}

/// <summary>One round of one contestant. A seat is one producer or consumer; producers come first.</summary>
internal sealed record Job
{
    public required Activity Activity { get; init; }
    public required string Contestant { get; init; }
    public required int Producers { get; init; }
    public required int Consumers { get; init; }
    public required int MessageSize { get; init; }
    public required int Batch { get; init; }
    public required int Capacity { get; init; }
    public required double WarmUpSeconds { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Where this round's files live; removed after it.</summary>
    public required string Directory { get; init; }

    /// <summary>The seats that the process which gets this takes, each on a thread of its own.</summary>
    public required int[] Seats { get; init; }

    /// <summary>Whether each seat has a core of its own.</summary>
    public required bool Pinned { get; init; }

    /// <summary>How many seconds more than it should the job may take.</summary>
    public double Patience { get; init; } = 15;

    /// <summary>After this many seconds whoever runs the job ends itself.</summary>
    public double LongestSeconds => WarmUpSeconds + Seconds + Patience;

    [JsonIgnore]
    public int AllSeats => Producers + Consumers;

    /// <summary>How many seats, the first ones, do not live to report.</summary>
    [JsonIgnore]
    public int Victims => Activity == Activity.Kill ? 1 : 0;
}

/// <summary>What one seat has to say after a round.</summary>
internal sealed record SeatReport
{
    public int Seat { get; init; }

    /// <summary>
    /// Messages or events a second; 0 from a seat that only helped, or one that was kept from its processor for the whole of the round.
    /// </summary>
    public double Rate { get; init => field = double.IsFinite(value) ? value : 0; }

    /// <summary>The sum of all sequence numbers sent or taken: what went in must have come out.</summary>
    public long Checksum { get; init; }

    public HistogramData? Nanoseconds { get; init; }

    public KillReport? Kill { get; init; }

    public string? Error { get; init; }

    /// <summary>It did not come to an end, and its process with it.</summary>
    public bool Hung { get; init; }
}

/// <summary>What the consumer saw of a producer's death.</summary>
/// <param name="LongestGap">Nanoseconds without a message, at most, from the death on.</param>
/// <param name="Lost">Messages that did not come although the call that sent them had returned.</param>
/// <param name="Twice">Messages that came again.</param>
internal sealed record KillReport(double LongestGap, long Lost, long Twice);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(SeatReport[]))]
[JsonSerializable(typeof(SeatReport))]
internal sealed partial class JobJson : JsonSerializerContext;
