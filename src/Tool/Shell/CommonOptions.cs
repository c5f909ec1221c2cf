using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using TypedShmQueue.Tool.Queues;

namespace TypedShmQueue.Tool.Shell;

/// <summary>What several commands take, in the same words.</summary>
internal static class CommonOptions
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static readonly Option<string?> Directory = DirectoryOption();

    public static readonly Option<bool> Shared = new("--shared")
    {
        Description = "Accept queues that other users own or may write (ShmQueueOptions.Permissions with bits for group and others).",
            Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON, for programs.", Recursive = true };

    public static readonly Option<string?> Encoding = new("--encoding")
    {
        Description = "The encoding of the text that is read and written, such as iso-8859-1. Default: UTF-8, whatever the locale.",
            HelpName = "name", Recursive = true,
    };

    public static readonly Argument<string> Queue = QueueArgument();

    /// <summary>Every so many seconds.</summary>
    public static Option<double> Interval(double seconds) =>
        Seconds("--interval", "-i", "Seconds between two updates.", 0.01, 3600, seconds);

    /// <summary>A time in seconds.</summary>
    public static Option<double> Seconds(string name, string alias, string description, double least, double most, double standard) =>
        new(name, alias)
    {
        Description = description, HelpName = "seconds", DefaultValueFactory = _ => standard,
        // Parsed here: the library would tell what is no number by the type that it is not.
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds >= least && seconds <= most) return seconds;
            result.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{name} takes seconds from {least} to {most}, not '{result.Tokens[0].Value}'."));
            return standard;
        },
    };

    /// <summary>How many; without it, all or without end.</summary>
    public static Option<long?> Count(string description) => new("--count", "-n")
    {
        Description = description, HelpName = "number",
        CustomParser = static result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count)
                && count >= 1) return count;
            result.AddError($"--count takes a number of 1 or more, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>How many elements of an array are shown.</summary>
    public static Option<int?> Elements(string standard) => new("--elements", "-e")
    {
        Description = $"Show at most this many elements of each array, and how many were left out. {standard}", HelpName = "number",
        CustomParser = static result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)
                && count >= 0) return count;
            result.AddError($"--elements takes a number of 0 or more, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>The runtime's options for a place.</summary>
    public static ShmQueueOptions Place(string? directory, bool shared)
    {
        ShmQueueOptions options = new() { Directory = directory };
        return shared ? options with { Permissions = Everybody } : options;
    }

    /// <summary>Whether the options of a place are those of <c>--shared</c>.</summary>
    public static bool IsShared(ShmQueueOptions options) => options.Permissions == Everybody;

    /// <summary>Refuses what is no name of a queue, and has shells complete those that there are.</summary>
    public static void CompleteByNames(Argument queues)
    {
        queues.HelpName = "queue"; // else help would show the names
        queues.Validators.Add(RefuseWhatIsNoName);
        queues.CompletionSources.Add(static context => Names(context).Select(static name => new CompletionItem(name)));
    }

    /// <summary>Refuses what is no name of a queue.</summary>
    public static void RefuseWhatIsNoName(ArgumentResult result)
    {
        foreach (string name in result.Tokens.Select(static token => token.Value).Where(static name => !ShmQueueName.IsValid(name)))
            result.AddError($"'{Plain.Text(name)}' is not a valid queue name. "
                + $"A name has 1 to {ShmQueueName.MaxLength} characters of A-Z a-z 0-9 . _ - and does not start with a dot.");
    }

    private static Option<string?> DirectoryOption()
    {
        Option<string?> directory = new("--directory", "-d")
        {
            Description = "The folder of the queues (ShmQueueOptions.Directory). Default: this user's folder on /dev/shm.",
                HelpName = "folder", Recursive = true,
        };
        directory.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError("--directory takes the path of a folder, but the path is empty.");
        });
        return directory;
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
            return QueueFolder.Of(Place(context.ParseResult.GetValue(Directory), shared: true)).Queues;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // a shell that asks for completions wants no error
        }
    }
}
