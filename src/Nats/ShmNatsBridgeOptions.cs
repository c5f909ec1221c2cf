using System.Buffers;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace TypedShmQueue.Nats;

/// <summary>Between which queue and which stream a bridge moves messages, and how. Set it before the bridge is made.</summary>
public sealed class ShmNatsBridgeOptions
{
    private static readonly SearchValues<char> s_notInNames = SearchValues.Create(" .*>/\\\t\r\n");

    /// <summary>
    /// How the client reaches the server: addresses, credentials, TLS. Passed through as it is, except that a bridge waits for the network
    /// and not for a client's own time limits.
    /// </summary>
    public NatsOpts Nats { get; set; } = NatsOpts.Default;

    /// <summary>
    /// The subject that messages are published to, or, inbound, that they are taken from, where it may contain wildcards. Required.
    /// </summary>
    public string Subject { get; set; } = "";

    /// <summary>
    /// The stream. Null: that of <see cref="Create"/>, or whichever takes <see cref="Subject"/>.
    /// </summary>
    public string? Stream { get; set; }

    /// <summary>
    /// The stream that the bridge creates if there is none: replicas, retention, limits. Null: the stream must exist. An existing stream is
    /// used as it is.
    /// </summary>
    public StreamConfig? Create { get; set; }

    /// <summary>
    /// Outbound, of a broadcast queue: the group whose member the bridge becomes; several bridges may be members of one. It must be null
    /// for a queue with acknowledged delivery, of which every bridge is a worker.
    /// </summary>
    public string? Group { get; set; }

    /// <summary>
    /// Inbound: the name of the durable consumer. Bridges of one name share the messages among them; one that has a name of its own gets
    /// every message. Required inbound.
    /// </summary>
    public string? Consumer { get; set; }

    /// <summary>Inbound: where a new consumer begins. It means nothing for one that exists.</summary>
    public ConsumerConfigDeliverPolicy DeliverFrom { get; set; } = ConsumerConfigDeliverPolicy.All;

    /// <summary>
    /// How many messages are on their way at a time, from 1 to 16,384. Outbound: published and not yet acknowledged by the stream. Each
    /// holds one of the queue's leases (<see cref="ShmQueueOptions.MaxLeases"/>). Inbound: fetched ahead. With 1, the stream has the order
    /// of the queue even after a failure.
    /// </summary>
    public int Window { get; set; } = 256;

    /// <summary>
    /// Outbound: after what time a message that the stream has not acknowledged is published again. At least 10 milliseconds.
    /// </summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Inbound: after what time the server delivers a message again that the bridge has not acknowledged. At least 100 milliseconds. A
    /// consumer that exists keeps its own. While the local queue is full, the bridge tells the server that it goes on with the message that
    /// it has in hand, and gives back after half of the time what it had fetched ahead.
    /// </summary>
    public TimeSpan AckWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the bridge waits after a first failure before it tries again. The time doubles with each further
    /// failure.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two tries.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What the bridge does if the server cannot be reached when it starts.</summary>
    public ShmNatsUnreachable WhenUnreachable { get; set; }

    /// <summary>How long a bridge that stops waits for messages that are on their way. They go back to the queue afterwards.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The JetStream key-value bucket that holds the text of each schema under its id, so that others can read the messages of a stream.
    /// Null: none. A bridge that may not write it goes on without.
    /// </summary>
    public string? SchemaBucket { get; set; } = "tsq-schemas";

    /// <summary>
    /// Inbound: how many messages of the stream the bridge remembers beside the queue, to recognize one that is delivered again: a power of
    /// two from 1,024 to 2^26. Each takes 8 bytes of the file system that the queue is on.
    /// </summary>
    public int Remembered { get; set; } = 1 << 20;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">One is not valid; the message names it.</exception>
    internal void ThrowIfInvalid(bool inbound)
    {
        if (Subject.Length == 0 || Subject.Any(static c => char.IsWhiteSpace(c)))
            throw Invalid(this, nameof(Subject), $"is '{Subject}'", "Name the subject of the messages, such as \"orders\"");
        if (!inbound && Subject.AsSpan().ContainsAny('*', '>'))
            throw Invalid(this, nameof(Subject), $"is '{Subject}', and nobody can publish to a wildcard", "Name one subject");
        if (inbound && string.IsNullOrEmpty(Consumer))
            throw Invalid(this, nameof(Consumer), "is not set",
                "Name the durable consumer: one name for all bridges that share the messages, or a name of its own for one that gets all");
        if (Consumer is { } consumer && consumer.AsSpan().ContainsAny(s_notInNames))
            throw Invalid(this, nameof(Consumer), $"is '{consumer}'", "A name has none of these: space . * > / \\");
        if (inbound && Group != null) throw Invalid(this, nameof(Group), $"is '{Group}'", "Only an outbound bridge joins a group; omit it");
        if (Window is < 1 or > 16384) throw Invalid(this, nameof(Window), $"is {Window}", "It must be from 1 to 16,384");
        AtLeast(nameof(AckTimeout), AckTimeout, 10);
        AtLeast(nameof(AckWait), AckWait, 100);
        AtLeast(nameof(RetryDelay), RetryDelay, 1);
        AtLeast(nameof(MaxRetryDelay), MaxRetryDelay, 1);
        AtLeast(nameof(StopTimeout), StopTimeout, 0);
        if (MaxRetryDelay < RetryDelay)
            throw Invalid(this, nameof(MaxRetryDelay), $"is {MaxRetryDelay}", $"It must be at least RetryDelay, which is {RetryDelay}");
        if (Remembered is < 1024 or > 1 << 26 || !int.IsPow2(Remembered))
            throw Invalid(this, nameof(Remembered), $"is {Remembered}", "It must be a power of two from 1,024 to 2^26");
        if (SchemaBucket is { } bucket && (bucket.Length == 0 || !bucket.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            throw Invalid(this, nameof(SchemaBucket), $"is '{bucket}'", "A bucket's name has letters, digits, '-' and '_'; null is no "
                + "bucket");
        if (Create is { Name: null or "" }) throw Invalid(this, nameof(Create), "has no name", "Give the stream a name");
        if (!Enum.IsDefined(WhenUnreachable)) throw Invalid(this, nameof(WhenUnreachable), $"is {WhenUnreachable}", "It must be Wait or "
            + "Fail");
    }

    private void AtLeast(string option, TimeSpan value, int milliseconds)
    {
        if (value.TotalMilliseconds < milliseconds || value.TotalMilliseconds > int.MaxValue)
            throw Invalid(this, option, $"is {value}", $"It must be from {milliseconds} to 2^31 - 1 milliseconds");
    }

    private static ArgumentException Invalid(ShmNatsBridgeOptions options, string option, string what, string advice) =>
        new($"ShmNatsBridgeOptions.{option} {what}. {advice}.", nameof(options));
}

/// <summary>What a bridge does if the server cannot be reached when it starts.</summary>
public enum ShmNatsUnreachable
{
    /// <summary>It tries until it can; the queue holds what it can hold meanwhile.</summary>
    Wait,

    /// <summary>It throws a <see cref="ShmNatsBridgeException"/>.</summary>
    Fail,
}
