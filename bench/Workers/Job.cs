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
}

/// <summary>What one seat has to say after a round.</summary>
internal sealed record SeatReport
{
    public int Seat { get; init; }

    /// <summary>Messages or events a second; 0 from a seat that only helped.</summary>
    public double Rate { get; init; }

    /// <summary>The sum of all sequence numbers sent or taken: what went in must have come out.</summary>
    public long Checksum { get; init; }

    public HistogramData? Nanoseconds { get; init; }

    public string? Error { get; init; }

    /// <summary>It did not come to an end, and its process with it.</summary>
    public bool Hung { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(SeatReport[]))]
[JsonSerializable(typeof(SeatReport))]
internal sealed partial class JobJson : JsonSerializerContext;
