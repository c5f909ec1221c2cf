using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Streams;

/// <summary>The headers that a message has in a stream. docs/beyond-one-machine.md is their authority.</summary>
internal sealed class MessageHeaders
{
    public const string Id = "Nats-Msg-Id";
    public const string Schema = "Tsq-Schema";
    public const string Message = "Tsq-Message";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    /// <summary>What the headers of one message take at most, beside the payload: ids, names and the context of a trace.</summary>
    public const int MostBytes = 1024;

    private readonly StringValues _schema;
    private readonly StringValues _message;
    private readonly string _prefix;

    /// <param name="queue">Whose messages they are.</param>
    /// <param name="group">The group through which they leave; null for the workers of a queue with acknowledged delivery.</param>
    public MessageHeaders(QueueBytes queue, string? group)
    {
        _schema = SchemaKey(queue.SchemaId);
        _message = queue.MessageName;
        // Two groups of one queue may feed one stream by two subjects: their messages are not each other's duplicates.
        _prefix = queue.QueueId.ToString("x16", CultureInfo.InvariantCulture) + (group == null ? "-" : $"-{group}-");
    }

    /// <summary>The name of a schema in the bucket, and in the header.</summary>
    public static string SchemaKey(ulong schemaId) => schemaId.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The headers of a message: the same whenever it is sent, its trace apart.</summary>
    public NatsHeaders Of(long position, Activity? activity)
    {
        NatsHeaders headers = new(capacity: activity == null ? 3 : 5)
        {
            { Id, string.Create(CultureInfo.InvariantCulture, $"{_prefix}{position}") },
            { Schema, _schema },
            { Message, _message },
        };
        if (activity?.Id is not { } id) return headers;
        headers[TraceParent] = id;
        if (activity.TraceStateString is { Length: > 0 } state) headers[TraceState] = state;
        return headers;
    }

    /// <summary>The trace that a message continues; the default if it continues none.</summary>
    public static ActivityContext ContextOf(NatsHeaders? headers)
    {
        if (headers == null || !headers.TryGetLastValue(TraceParent, out string? parent)) return default;
        _ = headers.TryGetLastValue(TraceState, out string? state);
        return ActivityContext.TryParse(parent, state, isRemote: true, out ActivityContext context) ? context : default;
    }
}
