using System.CommandLine;
using System.Text.Json;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Sends messages that are given as JSON.</summary>
internal sealed class SendVerb : Verb
{
    private readonly Argument<string[]> _messages = new("message") { Description = "Messages, each a JSON object. None: a message from each line of the input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<double> _wait = new("--wait", "-w") { Description = "Wait so many seconds for room, if the queue is full.", HelpName = "seconds", DefaultValueFactory = static _ => 0 };
    private readonly Option<bool> _shift = new("--shift") { Description = "If the queue is full, drop its oldest message instead of failing." };

    public SendVerb() : base("send", "Send messages, given as JSON. Fields that are not given are zero.",
        """shmq send trades '{"Id": 1, "Price": 99.5, "Side": "Buy", "Symbol": "TSQ"}'""",
        "shmq dump trades | shmq send copies --wait 5")
    {
        _wait.Validators.Add(static result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<double>() is not (>= 0 and <= 86400)) result.AddError("--wait takes seconds from 0 to 86400.");
        });
        Arguments.Add(CommonOptions.Queue);
        Arguments.Add(_messages);
        Options.Add(_wait);
        Options.Add(_shift);
    }

    protected override int Run(Call call)
    {
        using SegmentReader reader = call.Open();
        var format = MessageFormat.Of(reader);
        if (call.Get(_shift) && reader.Roles.Waits) throw new ShmqException(ExitCode.Refused, $"Producers of the queue '{reader.Place.Name}' wait and never drop a message (Overflow.Wait). Leave --shift out; --wait waits for room.");
        using UntypedQueue queue = UntypedQueue.Open(reader);
        byte[] message = new byte[reader.Geometry.MessageSize];
        long sent = 0, dropped = 0;
        foreach ((string text, string where) in Texts(call))
        {
            Make(format, text, where, message);
            if (call.Get(_shift)) dropped += queue.SendShift(message) ? 1 : 0;
            else if (!queue.TrySend(message, TimeSpan.FromSeconds(call.Get(_wait)), call.Cancellation))
                throw new ShmqException(ExitCode.Refused, $"The queue '{reader.Place.Name}' is full; {Numbers.Count(sent, "message was", "messages were")} sent before. --wait waits for room{(reader.Roles.Waits ? "" : ", --shift drops the oldest")}.");
            sent++;
        }

        if (call.Json) call.Screen.Document(new { Sent = sent, Dropped = dropped });
        else call.Screen.Say($"{Numbers.Count(sent, "message", "messages")} sent{(dropped > 0 ? $", {dropped} dropped" : "")}.");
        return ExitCode.Done;
    }

    private IEnumerable<(string Text, string Where)> Texts(Call call)
    {
        string[] given = call.Get(_messages) ?? [];
        for (int i = 0; i < given.Length; i++) yield return (given[i], $"message {i + 1}");
        if (given.Length > 0) yield break;
        for (int line = 1; !call.Cancellation.IsCancellationRequested && Console.In.ReadLine() is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text)) yield return (text, $"line {line}");
        }
    }

    private static void Make(MessageFormat format, string text, string where, Span<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            format.Write(Inner(format, json.RootElement), message);
        }
        catch (JsonException e)
        {
            throw new ShmqException(ExitCode.WrongInput, $"In {where}: not JSON. {e.Message}");
        }
        catch (ShmqException e)
        {
            throw new ShmqException(e.ExitCode, $"In {where}: {e.Message}");
        }
    }

    /// <summary>A line of <c>dump</c> holds the message and its position.</summary>
    private static JsonElement Inner(MessageFormat format, JsonElement json)
    {
        bool isDumped = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("position", out _) && json.TryGetProperty("message", out _)
            && json.EnumerateObject().Count() == 2 && !format.Root.Members.Any(static m => m.Name is "position" or "message");
        return isDumped ? json.GetProperty("message") : json;
    }
}
