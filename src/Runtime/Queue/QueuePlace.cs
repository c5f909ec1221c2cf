using TypedShmQueue.Region;

namespace TypedShmQueue.CompilerServices;

/// <summary>Where a queue's file is, and whom this handle trusts there.</summary>
internal readonly record struct QueuePlace(string Name, string Directory, string Path, ShmQueueOptions Options)
{
    /// <exception cref="ArgumentException">The name or an option is out of range.</exception>
    public static QueuePlace Of(string name, ShmQueueOptions? options, bool create)
    {
        ShmQueueName.ThrowIfInvalid(name);
        options ??= ShmQueueOptions.Default;
        ShmQueueOptions.ThrowIfInvalid(options);
        string directory = options.Directory ?? RegionPort.Current.DefaultDirectory(create);
        return new QueuePlace(name, directory, System.IO.Path.Combine(directory, name), options);
    }

    /// <summary>Refuses a file that somebody else could have put there, or could change behind our back.</summary>
    public void ThrowIfUntrusted(RegionPort port, in FileFacts facts)
    {
        if (!facts.IsRegularFile)
            throw new ShmQueueCorruptException(Name, $"'{Path}' is not a regular file, so it is no queue. Choose another name, or remove what stands there.");
        if (facts.Links > 1)
            throw new UnauthorizedAccessException($"'{Path}' has {facts.Links} names (hard links), and a queue has one. Remove the others.");

        UnixFileMode asked = Options.Permissions & RegionErrors.OthersBits;
        if (facts.Owner != port.CurrentUser && asked == UnixFileMode.None)
            throw new UnauthorizedAccessException($"The queue '{Name}' at '{Path}' belongs to user {facts.Owner}, and this process acts as user {port.CurrentUser}. To share queues between users on purpose, set ShmQueueOptions.Permissions to bits for group or others on both sides.");
        if ((facts.Permissions & RegionErrors.OthersWrite & ~asked) != UnixFileMode.None)
            throw new UnauthorizedAccessException($"The queue '{Name}' at '{Path}' may be written by other users (permissions {facts.Permissions}). If that is meant, set ShmQueueOptions.Permissions to the same; if not, delete the queue.");
    }
}
