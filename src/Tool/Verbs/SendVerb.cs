using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Sends messages that are given as JSON.</summary>
internal sealed class SendVerb : Verb
{
    /// <summary>What a line holds.</summary>
    private enum Form
    {
        /// <summary>Either, where only one of them can be meant.</summary>
        Auto,

        /// <summary>A message.</summary>
        Messages,

        /// <summary>A line of <c>dump</c>.</summary>
        Dump,
    }

    private readonly Argument<string[]> _messages =
        new("message") { Description = "The messages, each a JSON object. Without any, each line of the standard input is a message.",
        Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<double> _wait =
        CommonOptions.Seconds("--wait", "-w", "If the queue is full, wait this many seconds for room.", 0, 86400, 0);
    private readonly Option<bool> _shift =
        new("--shift") { Description = "If the queue is full, drop its oldest message instead of failing." };
    private readonly Option<Form> _input =
        new("--input") { Description = "What is given: messages, or dump (lines of 'shmq dump'). "
        + "By default, send detects it, and refuses a line that could be either.", HelpName = "messages|dump", CustomParser = Parse };

    public SendVerb() : base("send", "Send messages, given as JSON. Omitted fields are zero.",
        """shmq send trades '{"Id": 1, "Price": 99.5, "Side": "Buy", "Symbol": "TSQ"}'""",
        "shmq dump trades | shmq send copies --input dump --wait 5")
    {
        Arguments.Add(CommonOptions.Queue);
        Arguments.Add(_messages);
        Options.Add(_wait);
        Options.Add(_shift);
        Options.Add(_input);
    }

    private static Form Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "messages":
                return Form.Messages;
            case "dump":
                return Form.Dump;
            default:
                result.AddError($"--input takes messages or dump, not '{result.Tokens[0].Value}'.");
                return Form.Auto;
        }
    }

    protected override int Run(Call call)
    {
        using SegmentReader reader = call.Open();
        var format = MessageFormat.Of(reader);
        if (call.Get(_shift) && reader.Roles.Waits)
            throw new ShmqException(ExitCode.Refused,
                $"Producers of the queue '{reader.Place.Name}' wait and never drop a message (Overflow.Wait). Omit --shift; "
                + $"use --wait to wait for room.");
        using UntypedQueue queue = UntypedQueue.Open(reader);
        byte[] message = new byte[reader.Geometry.MessageSize];
        long sent = 0, dropped = 0;
        foreach ((string text, string where) in Texts(call))
        {
            Make(format, call.Get(_input), text, where, sent, message);
            if (call.Get(_shift)) dropped += queue.SendShift(message) ? 1 : 0;
            else if (!queue.TrySend(message, TimeSpan.FromSeconds(call.Get(_wait)), call.Cancellation))
                throw new ShmqException(ExitCode.Refused,
                    $"The queue '{reader.Place.Name}' is full; {Numbers.Count(sent, "message was", "messages were")} sent before. "
                    + $"Use --wait to wait for room{(reader.Roles.Waits ? "" : ", or --shift to drop the oldest message")}.");
            sent++;
        }

        queue.Commit(call.Cancellation);
        if (call.Json) call.Screen.Document(new { Sent = sent, Dropped = dropped });
        else call.Screen.Say($"{Numbers.Count(sent, "message", "messages")} sent{(dropped > 0 ? $", {dropped} dropped" : "")}.");
        return ExitCode.Done;
    }

    private IEnumerable<(string Text, string Where)> Texts(Call call)
    {
        string[] given = call.Get(_messages) ?? [];
        for (int i = 0; i < given.Length; i++) yield return (given[i], $"message {i + 1}");
        if (given.Length > 0) yield break;
        using TextReader input = Streams.OpenInput();
        for (int line = 1; !call.Cancellation.IsCancellationRequested && ReadLine(input, line) is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text)) yield return (text, $"line {line}");
        }
    }

    private static string? ReadLine(TextReader input, int line)
    {
        try
        {
            return input.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            throw new ShmqException(ExitCode.WrongInput,
                $"The input is not {Streams.Encoding.WebName.ToUpperInvariant()} in line {line} or shortly after it. "
                + $"Use --encoding to name its encoding. No message from line {line} on was sent.");
        }
    }

    private static void Make(MessageFormat format, Form form, string text, string where, long sent, Span<byte> message)
    {
        string? wrong;
        try
        {
            using var json = JsonDocument.Parse(text, DumpedLine.Strictly);
            format.Write(Inner(format, form, json.RootElement), message);
            return;
        }
        catch (JsonException e)
        {
            wrong = text.StartsWith('\ufeff')
                ? "it begins with a byte order mark (U+FEFF), which belongs at the start of a file only."
                : $"not JSON, at byte {(e.BytePositionInLine ?? 0) + 1}. {WhatIsWrong(e)}";
        }
        catch (InvalidOperationException)
        {
            // The reader's, of a text that it cannot make a string of.
            wrong = "a string in it has half of a surrogate pair (\\ud800 to \\udfff), which is not a character.";
        }
        catch (ShmqException e)
        {
            wrong = e.Message;
        }

        throw new ShmqException(ExitCode.WrongInput,
            $"In {where}: {wrong}{(sent > 0 ? $" {Numbers.Count(sent, "message was", "messages were")} sent before." : "")}");
    }

    /// <summary>The parser's sentence, without its place.</summary>
    private static string WhatIsWrong(JsonException e) => e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    /// <summary>A line of <c>dump</c> holds the message and its position. What may be such a line or a message is not guessed at.</summary>
    private static JsonElement Inner(MessageFormat format, Form form, JsonElement json)
    {
        bool isDumped = DumpedLine.Is(json, out JsonElement message);
        if (form == Form.Messages) return json;
        if (form == Form.Dump)
            return isDumped
                ? message
                : throw new ShmqException(ExitCode.WrongInput,
                "this is not a line of 'shmq dump', which looks like {\"position\": …, \"message\": …} (--input dump).");
        if (isDumped && format.MayLookDumped)
            throw new ShmqException(ExitCode.WrongInput,
                "this could be a line of 'shmq dump' or a message that looks like one. "
                + "Use --input dump or --input messages to say which it is.");
        return isDumped ? message : json;
    }
}
