using System.Text;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Commands that messages advise. Each repeats the options by which this command found the queue, so that it finds the same queue.
/// </summary>
internal static class Advice
{
    /// <summary>A command about one queue, in quotes.</summary>
    public static string Command(string verb, QueuePlace place, string more = "") => Command(verb, place.Options, place.Name, more);

    /// <summary>A command, in quotes.</summary>
    /// <param name="verb">The command.</param>
    /// <param name="options">Where this command looked.</param>
    /// <param name="queue">The queue's name, or null for a command about a folder.</param>
    /// <param name="more">Further options, quoted for a shell.</param>
    public static string Command(string verb, ShmQueueOptions options, string? queue = null, string more = "")
    {
        StringBuilder command = new($"'shmq {verb}");
        // A name may begin with '-': behind "--", no parser takes it for an option.
        bool looksLikeOption = queue is ['-', ..];
        if (queue != null && !looksLikeOption) command.Append(' ').Append(ShellWord.Of(queue));
        if (more.Length > 0) command.Append(' ').Append(more);
        if (options.Directory is { } directory) command.Append(' ').Append(ShellWord.Option("--directory", directory));
        if (CommonOptions.IsShared(options)) command.Append(" --shared");
        if (looksLikeOption) command.Append(" -- ").Append(ShellWord.Of(queue!));
        return command.Append('\'').ToString();
    }
}
