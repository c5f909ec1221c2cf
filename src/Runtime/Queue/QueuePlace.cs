using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Region;

namespace TypedShmQueue.Queue;

/// <summary>Where a queue's file is, and whom this handle trusts there.</summary>
/// <remarks>
/// Folder and file are each opened without following a link and judged by their descriptors, and the file is reached through the folder's:
/// who exchanges a name in between exchanges nothing that was judged. So the folders above are not judged: who may rename in them can hide
/// a queue, not put another user's in its place.
/// </remarks>
internal readonly record struct QueuePlace(string Name, string Directory, ShmQueueOptions Options)
{
    private const uint Root = 0;

    public string Path => System.IO.Path.Combine(Directory, Name);

    private UnixFileMode Asked => Options.Permissions & RegionErrors.OthersBits;

    /// <exception cref="ArgumentException">The name or an option is out of range.</exception>
    public static QueuePlace Of(string name, ShmQueueOptions? options, bool create)
    {
        ShmQueueName.ThrowIfInvalid(name);
        if (RegionPort.Current.WhyReserved(name) is { } reason)
            throw new ArgumentException($"'{name}' cannot be the name of a queue's file here: {reason}. Choose another name.",
                nameof(name));
        options ??= ShmQueueOptions.Default;
        ShmQueueOptions.ThrowIfInvalid(options);
        return new QueuePlace(name, DirectoryOf(options, create), options);
    }

    /// <summary>
    /// The whole path of the folder that the options speak of; with <paramref name="create"/>, the default one is made if need be.
    /// </summary>
    public static string DirectoryOf(ShmQueueOptions options, bool create) => options.Directory is { } asked
        // A trailing separator would make the system follow a link.
        ? System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(asked))
        : RegionPort.Current.DefaultDirectory(create);

    /// <summary>Meets every page of the queue, if the handle asked for that. Precondition: it is new, or its header was matched.</summary>
    /// <exception cref="ShmQueueLimitException">The system has no memory for it.</exception>
    public void Prefault(MappedRegion region)
    {
        if (Options.Prefault) region.Prefault(Name);
    }

    /// <summary>Opens the folder. Null if there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">Others could take away or exchange what is in it.</exception>
    public RegionFolder? TryOpenFolder(RegionPort port)
    {
        RegionFolder? folder = port.TryOpenFolder(Directory);
        try
        {
            if (folder != null) ThrowIfUntrustedFolder(port, port.Inspect(folder.Handle));
            return folder;
        }
        catch
        {
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder for creation.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">Others could take away or exchange what is in it.</exception>
    public RegionFolder OpenFolder(RegionPort port) => TryOpenFolder(port) ?? throw RegionErrors.NoDirectory(Directory);

    /// <summary>Opens the file in its folder, for reading and writing or for reading only. False if there is none.</summary>
    /// <exception cref="ShmQueueCorruptException">What stands there is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">Somebody else could have put it there, or could change it behind our back.</exception>
    public bool TryOpenFile(RegionPort port, RegionFolder folder, [NotNullWhen(true)] out SafeFileHandle? file, out FileFacts facts,
        bool readOnly = false)
    {
        file = null;
        // Once by name, since opening a pipe or a device can have effects; then by the descriptor, which is the look that counts.
        if (port.Inspect(folder, Name) is not { } seen)
        {
            facts = default;
            return false;
        }

        ThrowIfUntrustedFile(port, facts = seen);
        file = port.TryOpen(folder, Name, readOnly);
        if (file == null) return false;
        try
        {
            ThrowIfUntrustedFile(port, facts = port.Inspect(file));
            return true;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether <see cref="TryOpenFile"/> would take a file of which these are the facts.</summary>
    public bool IsTrusted(RegionPort port, in FileFacts facts) => RefusalOfFile(port, facts) == null;

    private void ThrowIfUntrustedFolder(RegionPort port, in FileFacts facts)
    {
        uint user = port.CurrentUser;
        if (Options.Directory == null)
        {
            if (facts.Owner != user)
                throw new UnauthorizedAccessException($"The folder '{Directory}' belongs to user {port.NameOfUser(facts.Owner)}, not to " +
                    $"this user ({port.NameOfUser(user)}), so queues in it cannot be trusted. Only that user or root can remove it. " +
                    port.WayRoundDefault);
            if ((facts.Permissions & RegionErrors.OthersBits) != UnixFileMode.None)
                throw new UnauthorizedAccessException($"The folder '{Directory}' is open to other users " +
                    $"(permissions {facts.Permissions}), so queues in it cannot be trusted. Set it to 0700 (owner only), or set " +
                    $"ShmQueueOptions.Directory to share queues on purpose.");
            return;
        }

        if (facts.Owner != user && facts.Owner != Root && Asked == UnixFileMode.None)
            throw new UnauthorizedAccessException($"The folder '{Directory}' belongs to user {port.NameOfUser(facts.Owner)}, and this " +
                $"process acts as user {port.NameOfUser(user)}. To share queues between users on purpose, set " +
                $"ShmQueueOptions.Permissions to bits for group or others on both sides; else choose a folder of this user's.");

        // In a sticky folder (such as /tmp) others may add files and touch nobody else's: there the file's own owner tells.
        bool isSticky = (facts.Permissions & UnixFileMode.StickyBit) != UnixFileMode.None;
        if (!isSticky && (facts.Permissions & RegionErrors.OthersWrite & ~Asked) != UnixFileMode.None)
            throw new UnauthorizedAccessException($"The folder '{Directory}' may be written by other users " +
                $"(permissions {facts.Permissions}), who could exchange the queues in it. If that is meant, set " +
                $"ShmQueueOptions.Permissions to the same bits; if not, take the write permission away (chmod go-w).");
    }

    private void ThrowIfUntrustedFile(RegionPort port, in FileFacts facts)
    {
        if (RefusalOfFile(port, facts) is { } refusal) throw refusal;
    }

    private Exception? RefusalOfFile(RegionPort port, in FileFacts facts)
    {
        if (facts.Kind == FileKind.SymbolicLink) return RegionErrors.SymbolicLink(Path, Name);
        if (facts.Kind != FileKind.RegularFile) return RegionErrors.NotRegular(Path, Name);
        if (facts.Links > 1)
            return new UnauthorizedAccessException($"'{Path}' has {facts.Links} names (hard links), and a queue has one. Remove the " +
                $"others.");
        if (facts.Owner != port.CurrentUser && Asked == UnixFileMode.None)
            return new UnauthorizedAccessException($"The queue '{Name}' at '{Path}' belongs to user {port.NameOfUser(facts.Owner)}, and " +
                $"this process acts as user {port.NameOfUser(port.CurrentUser)}. To share queues between users on purpose, set " +
                $"ShmQueueOptions.Permissions to bits for group or others on both sides.");
        if ((facts.Permissions & RegionErrors.OthersWrite & ~Asked) != UnixFileMode.None)
            return new UnauthorizedAccessException($"The queue '{Name}' at '{Path}' may be written by other users " +
                $"(permissions {facts.Permissions}). If that is meant, set ShmQueueOptions.Permissions to the same; if not, delete the " +
                $"queue.");
        return null;
    }
}
