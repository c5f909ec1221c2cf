using System.CommandLine;
using System.Globalization;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Moves messages between a queue and a stream on a NATS server, for those without a host.</summary>
internal sealed class BridgeVerb : Verb
{
    private readonly Option<string?> _to = ServerOptions.Server("--to", "Publish the queue's messages on this server.");
    private readonly Option<string?> _from = ServerOptions.Server("--from", "Enqueue the messages of a stream on this server.");
    private readonly Option<string?> _subject = ServerOptions.Subject("The subject of the messages. Required.");
    private readonly Option<string?> _stream = ServerOptions.Stream();
    private readonly Option<string?> _create =
        new("--create") { Description = "Create this stream for the subject if it does not exist.", HelpName = "name" };
    private readonly Option<int?> _replicas = Number("--replicas", "Servers that hold a stream that is created, from 1 to 5.", 1, 5);
    private readonly Option<string?> _group = GroupOption.New("With --to: the group of a broadcast queue that this command joins.");
    private readonly Option<string?> _consumer = new("--consumer")
    {
        Description = "With --from: the durable consumer. Bridges of one name share the messages.", HelpName = "name",
    };

    private readonly Option<int?> _window = Number("--window", "Messages on their way at a time, from 1 to 16384.", 1, 16384);
    private readonly Option<string?> _credentials = ServerOptions.Credentials();
    private readonly Option<long?> _count = CommonOptions.Count("End after this many messages.");

    public BridgeVerb()
        : base("bridge", "Move messages between the queue and a stream of NATS JetStream, until Ctrl+C or until the queue is completed.",
        "shmq bridge orders --to nats://127.0.0.1:4222 --subject orders --create ORDERS",
        "shmq bridge orders --from nats://127.0.0.1:4222 --subject orders --consumer workers")
    {
        Arguments.Add(CommonOptions.Queue);
        foreach (Option option in (Option[])[_to, _from, _subject, _stream, _create, _replicas, _group, _consumer, _window, _credentials,
            _count]) Options.Add(option);
        Validators.Add(result =>
        {
            if ((result.GetResult(_to) == null) == (result.GetResult(_from) == null))
                result.AddError("Give either --to, to publish the queue's messages, or --from, to enqueue those of a stream.");
            if (result.GetResult(_subject) == null) result.AddError("Give the subject of the messages: --subject.");
            if (result.GetResult(_from) != null && result.GetResult(_consumer) == null)
                result.AddError("Give the name of the durable consumer: --consumer.");
        });
    }

    protected override int Run(Call call)
    {
        using SegmentReader reader = call.Open();
        using UntypedQueue queue = UntypedQueue.Open(reader);
        return BridgeRun.Run(call, queue, new BridgeOrder
        {
            Server = (call.Get(_to) ?? call.Get(_from))!,
            IsOutbound = call.Get(_to) != null,
            Subject = call.Get(_subject)!,
            Stream = call.Get(_stream),
            Create = call.Get(_create),
            Replicas = call.Get(_replicas) ?? 1,
            Group = call.Get(_group),
            Consumer = call.Get(_consumer),
            Window = call.Get(_window),
            Credentials = call.Get(_credentials),
            Count = call.Get(_count) ?? long.MaxValue,
        });
    }

    private static Option<int?> Number(string name, string description, int least, int most) => new(name)
    {
        Description = description, HelpName = "number",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                && number >= least && number <= most) return number;
            result.AddError($"{name} takes a number from {least} to {most}, not '{Plain.Text(result.Tokens[0].Value)}'.");
            return null;
        },
    };
}

/// <summary>What a bridge is to do.</summary>
internal sealed record BridgeOrder
{
    public required string Server { get; init; }

    public required bool IsOutbound { get; init; }

    public required string Subject { get; init; }

    public string? Stream { get; init; }

    public string? Create { get; init; }

    public int Replicas { get; init; }

    public string? Group { get; init; }

    public string? Consumer { get; init; }

    public int? Window { get; init; }

    public string? Credentials { get; init; }

    public long Count { get; init; }
}
