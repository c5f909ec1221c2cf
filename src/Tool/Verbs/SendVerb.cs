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
    /// <summary>A field that is given twice is a mistake, and which of the two was meant nobody knows.</summary>
    private static readonly JsonDocumentOptions s_strictly = new() { AllowDuplicateProperties = false };

    private readonly Argument<string[]> _messages = new("message") { Description = "Messages, each a JSON object. None: a message from each line of the input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<double> _wait = CommonOptions.Seconds("--wait", "-w", "Wait so many seconds for room, if the queue is full.", 0, 86400, 0);
    private readonly Option<bool> _shift = new("--shift") { Description = "If the queue is full, drop its oldest message instead of failing." };

    public SendVerb() : base("send", "Send messages, given as JSON. Fields that are not given are zero.",
        """shmq send trades '{"Id": 1, "Price": 99.5, "Side": "Buy", "Symbol": "TSQ"}'""",
        "shmq dump trades | shmq send copies --wait 5")
    {
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
            Make(format, text, where, sent, message);
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

    private static void Make(MessageFormat format, string text, string where, long sent, Span<byte> message)
    {
        string? wrong;
        try
        {
            using var json = JsonDocument.Parse(text, s_strictly);
            format.Write(Inner(format, json.RootElement), message);
            return;
        }
        catch (JsonException e)
        {
            wrong = $"not JSON. {e.Message}";
        }
        catch (InvalidOperationException)
        {
            // The reader's, of a text that it cannot make a string of.
            wrong = "a text in it has half of a surrogate pair (\\ud800 to \\udfff), which is no character.";
        }
        catch (ShmqException e)
        {
            wrong = e.Message;
        }

        throw new ShmqException(ExitCode.WrongInput, $"In {where}: {wrong}{(sent > 0 ? $" {Numbers.Count(sent, "message was", "messages were")} sent before." : "")}");
    }

    /// <summary>A line of <c>dump</c> holds the message and its position.</summary>
    private static JsonElement Inner(MessageFormat format, JsonElement json)
    {
        bool isDumped = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("position", out _) && json.TryGetProperty("message", out _)
            && json.EnumerateObject().Count() == 2 && !format.Root.Members.Any(static m => m.Name is "position" or "message");
        return isDumped ? json.GetProperty("message") : json;
    }
}
