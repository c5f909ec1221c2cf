using System.Globalization;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>What the system said, in words that tell what to do.</summary>
internal static class RegionErrors
{
    public const UnixFileMode OthersBits =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static Exception ForOpenDirectory(string directory, int error) => error switch
    {
        NotDirectory or TooManyLinks =>
            new DirectoryNotFoundException($"'{directory}' is not a folder, or is a symbolic link to one, which is never followed. "
            + $"Set ShmQueueOptions.Directory to the folder itself, or leave it unset."),
        Access or NotPermitted =>
            new UnauthorizedAccessException($"This user may not enter the folder '{directory}'. "
            + $"Change the permissions of the folders on its path, or set ShmQueueOptions.Directory to a folder that this user may use."),
        TooManyFiles or TooManyFilesInSystem => TooManyOpenFiles(null),
        _ => new IOException($"The folder '{directory}' cannot be opened (errno {error})."),
    };

    public static Exception ForDirectory(string directory, int error) => error switch
    {
        NoEntry when Directory.Exists(directory) => HoldsNoFiles(directory),
        NoEntry => NoDirectory(directory),
        NotDirectory => new DirectoryNotFoundException($"'{directory}' is not a folder. Set ShmQueueOptions.Directory to one, or leave " +
            $"it unset."),
        Access or NotPermitted => new UnauthorizedAccessException($"This user may not create files in '{directory}'. Change the " +
            $"folder's permissions, or set ShmQueueOptions.Directory to a folder that this user may write to."),
        ReadOnlyFileSystem => new UnauthorizedAccessException($"'{directory}' is on a read-only file system. Set " +
            $"ShmQueueOptions.Directory to a folder on another file system."),
        NoSpace or DiskQuota => new ShmQueueLimitException(null, ShmQueueLimit.Space, $"There is no space left for a file in " +
            $"'{directory}' (errno {error}). Free some space, or set ShmQueueOptions.Directory to another file system."),
        TooManyFiles or TooManyFilesInSystem => TooManyOpenFiles(null),
        _ => new IOException($"A queue file cannot be created in '{directory}' (errno {error})."),
    };

    public static Exception ForFile(string path, string queueName, int error) => error switch
    {
        Access or NotPermitted =>
            new UnauthorizedAccessException($"This user may not open the queue '{queueName}' at '{path}'. "
            + $"Ask its creator to set ShmQueueOptions.Permissions, or run as the same user."),
        TooManyLinks => SymbolicLink(path, queueName),
        IsDirectory or NoDevice => NotRegular(path, queueName),
        ReadOnlyFileSystem =>
            new UnauthorizedAccessException($"The queue '{queueName}' at '{path}' is on a read-only file system. "
            + $"Set ShmQueueOptions.Directory to a folder on another file system."),
        NotDirectory =>
            new DirectoryNotFoundException($"'{Path.GetDirectoryName(path)}' is not a folder. "
            + $"Set ShmQueueOptions.Directory to one, or leave it unset."),
        NoEntry when Directory.Exists(Path.GetDirectoryName(path)) => HoldsNoFiles(Path.GetDirectoryName(path)!),
        NoEntry =>
            new DirectoryNotFoundException($"The folder of '{path}' does not exist. Create it, or leave ShmQueueOptions.Directory unset."),
        TooManyFiles or TooManyFilesInSystem => TooManyOpenFiles(queueName),
        _ => new IOException($"The queue '{queueName}' at '{path}' cannot be opened (errno {error})."),
    };

    public static Exception ForReserve(string directory, string queueName, long size, int error) => error switch
    {
        FileTooBig => new ShmQueueLimitException(queueName, ShmQueueLimit.Space, string.Create(CultureInfo.InvariantCulture,
            $"The queue '{queueName}' needs {size:N0} bytes, which is more than this process, or the file system of '{directory}', " +
                $"allows for a file (errno {error}). Lower the capacity, or raise the limit (ulimit -f).")),
        NoSpace or DiskQuota or NoMemory => new ShmQueueLimitException(queueName, ShmQueueLimit.Space,
            string.Create(CultureInfo.InvariantCulture,
            $"The queue '{queueName}' needs {size:N0} bytes, but the file system of '{directory}' does not have that much space " +
                $"(errno {error}). Lower the capacity, free space, or set ShmQueueOptions.Directory to another file system.")),
        _ => new IOException(string.Create(CultureInfo.InvariantCulture, $"{size:N0} bytes for the queue '{queueName}' cannot be " +
            $"reserved in '{directory}' (errno {error}).")),
    };

    public static Exception ForMap(string queueName, long length, int error) =>
        new ShmQueueLimitException(queueName, ShmQueueLimit.Mappings, string.Create(
        CultureInfo.InvariantCulture,
        $"{length:N0} bytes of the queue '{queueName}' cannot be mapped (errno {error}): "
            + $"this process has no address space or no mappings left. "
            + $"Close other queues or raise the limit (ulimit -v, vm.max_map_count)."));

    public static ShmQueueLimitException ForPopulate(string queueName, long length, int error) =>
        new(queueName, ShmQueueLimit.Space, string.Create(CultureInfo.InvariantCulture, $"The system has no memory for {length:N0} bytes " +
            $"of the queue '{queueName}' (errno {error}). Lower the capacity, raise the memory limit of this process or its container, " +
            $"or leave ShmQueueOptions.Prefault unset."));

    public static DirectoryNotFoundException NoDirectory(string directory) =>
        new($"The folder '{directory}' for queues does not exist. Create it, or leave ShmQueueOptions.Directory unset.");

    private static IOException HoldsNoFiles(string directory) =>
        new($"No file can be created in '{directory}', because its file system holds no users' files (such as /proc and /sys). "
            + $"Set ShmQueueOptions.Directory to a folder on another file system, or leave it unset.");

    public static ShmQueueCorruptException SymbolicLink(string path, string queueName) => new(queueName,
        $"'{path}' is a symbolic link, and a link to a queue is never followed. "
            + $"Remove the link, or set ShmQueueOptions.Directory to the folder that holds the file.");

    public static ShmQueueCorruptException NotRegular(string path, string queueName) => new(queueName,
        $"'{path}' is not a regular file, so it is not a queue. Choose another name, or remove it.");

    public static ShmQueueCorruptException NotOurs(string path, string queueName) => new(queueName,
        $"'{path}' does not begin with a queue's mark, so it is another kind of file, or a queue whose beginning was overwritten. "
            + $"It was not touched; remove it yourself if it is not needed.");

    private static ShmQueueLimitException TooManyOpenFiles(string? queueName) => new(queueName, ShmQueueLimit.OpenFiles,
        "This process (or the system) has no file descriptor left, and a queue handle needs one. Close handles or raise the limit " +
            "(ulimit -n).");
}
