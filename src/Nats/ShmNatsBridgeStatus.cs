namespace TypedShmQueue.Nats;

/// <summary>How a bridge stands at an instant.</summary>
public sealed record ShmNatsBridgeStatus
{
    /// <summary>Which way messages go.</summary>
    public required ShmNatsDirection Direction { get; init; }

    /// <summary>The local queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The stream; null before the bridge has found it.</summary>
    public string? Stream { get; init; }

    /// <summary>Whether the client is connected to a server, and the bridge has found its stream.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether the bridge runs; false before and after.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Outbound: messages that the stream has acknowledged. Inbound: messages that the local queue has.</summary>
    public long Moved { get; init; }

    /// <summary>Outbound: those of them that the stream had already. Inbound: those that the local queue had already.</summary>
    public long Recognized { get; init; }

    /// <summary>Outbound: how often a message was published again.</summary>
    public long Retried { get; init; }

    /// <summary>Messages on their way.</summary>
    public int InFlight { get; init; }

    /// <summary>
    /// Outbound: messages of the queue that the stream has not acknowledged. Inbound: messages of the stream that this consumer has still
    /// to take, as of the last one that came.
    /// </summary>
    public long Lag { get; init; }

    /// <summary>How long the oldest message is on its way; null if there is none.</summary>
    public TimeSpan? OldestInFlight { get; init; }

    /// <summary>What went wrong last; null if nothing did, or if messages have moved or the connection is back since.</summary>
    public string? LastError { get; init; }

    /// <summary>When it did.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }
}

/// <summary>Which way a bridge moves messages.</summary>
public enum ShmNatsDirection
{
    /// <summary>From the local queue to the stream.</summary>
    Outbound,

    /// <summary>From the stream to the local queue.</summary>
    Inbound,
}
