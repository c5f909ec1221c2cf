using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Layout.Schema;
using TypedShmQueue.Queue;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Creates a queue, of the messages of another one or of a schema's text.</summary>
internal sealed class CreateVerb : Verb
{
    private const int StandardCapacity = 1024;

    private readonly Argument<string> _name = new("queue") { Description = "The new queue's name.", HelpName = "queue" };
    private readonly Option<string?> _like =
        new("--like") { Description = "Copy the message type, roles and sizes of this queue.", HelpName = "queue" };
    private readonly Option<string?> _schema =
        new("--schema") { Description = "Read the message type from this file, as 'shmq schema --as text' writes it; "
        + "'-' is the standard input.", HelpName = "file" };
    private readonly Option<int?> _capacity =
        Number("--capacity", "-c", "The number of slots, a power of two. Default: 1024, or the capacity of the --like queue.");
    private readonly Option<Endpoints?> _producers = Word<Endpoints>("--producers", "How many may send at the same time: one or many.");
    private readonly Option<Endpoints?> _consumers = Word<Endpoints>("--consumers", "How many may take at the same time: one or many.");
    private readonly Option<Overflow?> _overflow =
        Word<Overflow>("--overflow", "What producers may do when the queue is full: "
        + "any (also drop the oldest message), or wait (never drop).");
    private readonly Option<Delivery?> _delivery =
        Word<Delivery>("--delivery", "Who gets a message: one consumer (queue), all subscriptions (broadcast), or one worker, and another "
        + "if that one dies (acknowledged).");
    private readonly Option<int?> _participants =
        Number("--max-participants", null, "The most handles at the same time, from 1 to 4096. Default: 64.");
    private readonly Option<int?> _subscriptions =
        Number("--max-subscriptions", null, "The most subscriptions at the same time, from 1 to 4096. Default: 64.");
    private readonly Option<int?> _groups =
        Number("--max-groups", null, "The most groups of a broadcast queue at the same time, from 0 to 64. Default: 4.");
    private readonly Option<int?> _leases =
        Number("--max-leases", null, "The most leases that are open at the same time, from 1 to 65536. Default: 1024.");
    private readonly Option<double?> _retention =
        new("--retention") { Description = "The most seconds that a broadcast queue keeps a message.", HelpName = "seconds",
        CustomParser = ParseSeconds };
    private readonly Option<UnixFileMode?> _permissions =
        new("--permissions") { Description = "The file's permissions in octal digits. Default: 600.", HelpName = "octal",
        CustomParser = ParsePermissions };

    public CreateVerb() : base("create", "Create a queue for the messages of another queue, or of a schema.",
        "shmq create copies --like trades",
        "shmq schema trades --as text > trade.schema; shmq create trades --schema trade.schema --capacity 4096",
        "shmq create ticks --schema tick.schema --producers one --consumers one --overflow wait",
        "shmq create jobs --schema job.schema --delivery acknowledged")
    {
        _name.Validators.Add(CommonOptions.RefuseWhatIsNoName);
        Arguments.Add(_name);
        foreach (Option option in new Option[] { _like, _schema, _capacity, _producers, _consumers, _overflow, _delivery, _participants,
            _subscriptions, _groups, _leases, _retention, _permissions }) Options.Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_like) == null == (result.GetValue(_schema) == null))
                result.AddError("Give --like or --schema, and only one of them: it defines the messages of the queue.");
        });
    }

    protected override int Run(Call call)
    {
        using SegmentReader? like = call.Get(_like) is { } other
            ? SegmentReader.TryOpen(other, call.Options) ?? throw call.NoSuchQueue(other)
            : null;
        byte[] text = like?.SchemaText ?? ReadSchema(call.Get(_schema)!);
        ShmSchema schema = Parse(text);
        SegmentGeometry? same = like?.Geometry;
        Delivery delivery = call.Get(_delivery) ?? like?.Roles.Delivery ?? Delivery.Queue;
        bool isBroadcast = delivery == Delivery.Broadcast;
        ThrowIfLeasesAreImpossible(call, delivery);
        ShmQueueOptions options = new()
        {
            Directory = call.Options.Directory,
            Capacity = call.Get(_capacity) ?? same?.Capacity ?? StandardCapacity,
            MaxParticipants = call.Get(_participants) ?? same?.MaxParticipants ?? ShmQueueOptions.Default.MaxParticipants,
            MaxSubscriptions = call.Get(_subscriptions)
                ?? (same is { MaxSubscriptions: > 0 } ? same.MaxSubscriptions : ShmQueueOptions.Default.MaxSubscriptions),
            MaxGroups = call.Get(_groups)
                ?? (like is { Roles.IsBroadcast: true } ? like.Geometry.MaxGroups : ShmQueueOptions.Default.MaxGroups),
            MaxLeases = call.Get(_leases) ?? (same is { MaxLeases: > 0 } ? same.MaxLeases : ShmQueueOptions.Default.MaxLeases),
            Retention = call.Get(_retention) is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : isBroadcast && same is { RetentionMilliseconds: > 0 }
                ? TimeSpan.FromMilliseconds(same.RetentionMilliseconds)
                : null,
            Permissions = call.Get(_permissions) ?? ShmQueueOptions.Default.Permissions,
        };
        QueueContract contract = new(schema.Name, schema.Size, options.Capacity.Value, SchemaHash.Of(text), text,
            call.Get(_producers) ?? (like is { Roles.HasOneProducer: true } ? Endpoints.One : Endpoints.Many),
            call.Get(_consumers) ?? (delivery == Delivery.Queue && like is { Roles.HasOneConsumer: true } ? Endpoints.One : Endpoints.Many),
            call.Get(_overflow) ?? (delivery == Delivery.Acknowledged || (like?.Roles.Delivery == delivery && like.Roles.Waits)
                ? Overflow.Wait
                : Overflow.Any),
            delivery);
        ThrowIfNoneWouldOpenIt(contract.Roles);
        QueuePlace place = QueuePlace.Of(call.Get(_name)!, options, create: true);
        using (UntypedQueue.Create(contract, place))
        {
            // It stays when this handle goes.
        }

        if (call.Json) call.Screen.Document(new { Name = place.Name, place.Path, Message = schema.Name, options.Capacity });
        else call.Screen.Say($"Created the queue '{place.Name}' for {Numbers.Of(options.Capacity.Value)} messages '{schema.Name}' of "
            + $"{Numbers.Count(schema.Size, "byte", "bytes")} at {place.Path}.");
        return ExitCode.Done;
    }

    /// <summary>What the compiler refuses in a declaration: a queue that no program could open.</summary>
    private static void ThrowIfNoneWouldOpenIt(RoleFlags roles)
    {
        if (roles is { IsBroadcast: true, HasOneConsumer: true })
            throw new ShmqException(ExitCode.WrongInput, "A broadcast queue has subscriptions instead of consumers. Omit --consumers.");
        if (roles is { IsAcknowledged: true, HasOneConsumer: true })
            throw new ShmqException(ExitCode.WrongInput,
                "A queue with acknowledged delivery has any number of workers, so that another one can take a message over. "
                + "Omit --consumers.");
        if (roles is { IsAcknowledged: true, Waits: false })
            throw new ShmqException(ExitCode.WrongInput,
                "With acknowledged delivery, producers wait and never drop a message. Omit --overflow.");
    }

    private void ThrowIfLeasesAreImpossible(Call call, Delivery delivery)
    {
        if (call.Get(_groups) != null && delivery != Delivery.Broadcast)
            throw new ShmqException(ExitCode.WrongInput, delivery == Delivery.Acknowledged
                ? "A queue with acknowledged delivery has one group, its workers. Omit --max-groups."
                : "Only a broadcast queue has groups. Omit --max-groups, or use --delivery broadcast.");
        if (call.Get(_leases) != null && delivery == Delivery.Queue)
            throw new ShmqException(ExitCode.WrongInput,
                "A queue has no leases. Omit --max-leases, or use --delivery acknowledged or broadcast.");
    }

    private static ShmSchema Parse(byte[] text)
    {
        try
        {
            return ShmSchema.Parse(text);
        }
        catch (ShmSchemaFormatException e)
        {
            throw new ShmqException(ExitCode.WrongInput, $"{e.Message} 'shmq schema QUEUE --as text' writes a valid schema text.");
        }
    }

    private static byte[] ReadSchema(string file)
    {
        if (!string.Equals(file, "-", StringComparison.Ordinal)) return File.ReadAllBytes(file);
        using TextReader input = Streams.OpenInput();
        return Encoding.UTF8.GetBytes(input.ReadToEnd());
    }

    private static Option<int?> Number(string name, string? alias, string description) => new(name, alias == null ? [] : [alias])
    {
        Description = description, HelpName = "number",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return number;
            result.AddError($"{name} takes a number, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static Option<T?> Word<T>(string name, string description) where T : struct, Enum => new(name)
    {
        Description = description, HelpName = string.Join('|', Enum.GetNames<T>().Select(static word => word.ToLowerInvariant())),
        CustomParser = result =>
        {
            foreach (T value in Enum.GetValues<T>())
            {
                if (string.Equals(value.ToString(), result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase)) return value;
            }

            result.AddError($"{name} takes {string.Join(" or ", Enum.GetNames<T>().Select(static word => word.ToLowerInvariant()))}, not "
                + $"'{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static double? ParseSeconds(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0.001 and <= 1e9) return seconds;
        result.AddError($"--retention takes seconds from 0.001 to 1000000000, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static UnixFileMode? ParsePermissions(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Length is 3 or 4 && text.All(static c => c is >= '0' and <= '7')) return (UnixFileMode)Convert.ToInt32(text, 8);
        result.AddError($"--permissions takes three octal digits, such as 660, not '{text}'.");
        return null;
    }
}
