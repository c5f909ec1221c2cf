using System.CommandLine;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Deletes queues.</summary>
internal sealed class RmVerb : Verb
{
    private readonly Argument<string[]> _queues = new("queue") { Description = "The queues' names.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };

    public RmVerb() : base("rm", "Delete queues and their messages. Asks for a confirmation, unless --yes is given.",
        "shmq rm trades",
        "shmq rm trades orders --yes")
    {
        CommonOptions.CompleteByNames(_queues);
        Arguments.Add(_queues);
        Options.Add(_yes);
    }

    protected override int Run(Call call)
    {
        List<string> deleted = [];
        int code = ExitCode.Done;
        foreach (string name in call.Get(_queues) ?? [])
        {
            try
            {
                Delete(call, name);
                deleted.Add(name);
                if (!call.Json) call.Screen.Say($"'{name}' is deleted.");
            }
            catch (Exception e) when (Failures.ExitCodeOf(e) is { } failed)
            {
                // The others were asked for as well.
                call.Screen.Warn(Failures.SentenceOf(e));
                if (code == ExitCode.Done) code = failed;
            }
        }

        if (call.Json) call.Screen.Document(new { Deleted = deleted });
        return code;
    }

    private void Delete(Call call, string name)
    {
        // Held open across the question: the answer is about this very file.
        using DecidedQueue queue = DecidedQueue.TryOpen(name, call.Options) ?? throw call.NoSuchQueue(name);
        if (queue.IsQueue && !call.Get(_yes) && !IsConfirmed(call, queue.Listing))
        {
            throw new ShmqException(ExitCode.Refused, Console.IsInputRedirected
                ? $"'{name}' was not deleted: without a terminal, there is nobody to confirm it. "
                    + $"Use --yes to delete it without a confirmation."
                : $"'{name}' was not deleted: it was not confirmed.");
        }

        if (!queue.Delete())
            throw new ShmqException(ExitCode.NoSuchQueue,
                $"The queue '{name}' was deleted by another process in the meantime. "
                + $"If a new queue has that name now, it was not touched.");
    }

    private static bool IsConfirmed(Call call, QueueListing queue)
    {
        if (Console.IsInputRedirected) return false; // nobody to ask
        call.Screen.Out.Write(queue.Trouble == null
            ? $"Delete the queue '{queue.Name}' with {Numbers.Count(queue.Depth ?? 0, "message", "messages")} in it and "
                + $"{Numbers.Count(queue.Attached ?? 0, "handle", "handles")} attached? [y/N] "
            : $"The queue '{queue.Name}' cannot be used any more. Delete the file? [y/N] ");
        call.Screen.Out.Flush();
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
