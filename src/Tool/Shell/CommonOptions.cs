using System.CommandLine;
using System.CommandLine.Completions;
using TypedShmQueue.Tool.Queues;

namespace TypedShmQueue.Tool.Shell;

/// <summary>What several commands take, in the same words.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Directory = new("--directory", "-d")
    {
        Description = "The folder of the queues (ShmQueueOptions.Directory). Default: this user's folder on /dev/shm.", HelpName = "folder", Recursive = true,
    };

    public static readonly Option<bool> Shared = new("--shared")
    {
        Description = "Accept queues that other users own or may write (ShmQueueOptions.Permissions with bits for group and others).", Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON, for programs.", Recursive = true };

    public static readonly Argument<string> Queue = QueueArgument();

    /// <summary>Every so many seconds.</summary>
    public static Option<double> Interval(double seconds)
    {
        Option<double> interval = new("--interval", "-i") { Description = "Seconds between two looks.", HelpName = "seconds", DefaultValueFactory = _ => seconds };
        interval.Validators.Add(static result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<double>() is >= 0.01 and <= 3600) return;
            result.AddError("--interval takes seconds from 0.01 to 3600.");
        });
        return interval;
    }

    /// <summary>How many; without it, all or without end.</summary>
    public static Option<long?> Count(string description)
    {
        Option<long?> count = new("--count", "-n") { Description = description, HelpName = "number" };
        count.Validators.Add(static result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<long?>() < 1) result.AddError("--count takes a number from 1 on.");
        });
        return count;
    }

    /// <summary>The runtime's options for a place.</summary>
    public static ShmQueueOptions Place(string? directory, bool shared)
    {
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        ShmQueueOptions options = new() { Directory = directory };
        return shared ? options with { Permissions = Everybody } : options;
    }

    /// <summary>Refuses what is no name of a queue, and has shells complete those that there are.</summary>
    public static void CompleteByNames(Argument queues)
    {
        queues.HelpName = "queue"; // else help would show the names
        queues.Validators.Add(static result =>
        {
            foreach (string name in result.Tokens.Select(static token => token.Value).Where(static name => !ShmQueueName.IsValid(name)))
                result.AddError($"'{Plain.Text(name)}' is no name for a queue: 1 to {ShmQueueName.MaxLength} of A-Z a-z 0-9 . _ - and not starting with a dot.");
        });
        queues.CompletionSources.Add(static context => Names(context).Select(static name => new CompletionItem(name)));
    }

    private static Argument<string> QueueArgument()
    {
        Argument<string> queue = new("queue") { Description = "The queue's name." };
        CompleteByNames(queue);
        return queue;
    }

    private static IReadOnlyList<string> Names(CompletionContext context)
    {
        try
        {
            return QueueFolder.NamesIn(Place(context.ParseResult.GetValue(Directory), shared: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // a shell that asks for completions wants no error
        }
    }
}
