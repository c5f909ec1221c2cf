using System.Globalization;
using System.Runtime.InteropServices;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <summary>What Windows said, in words that tell what to do.</summary>
internal static class WindowsErrors
{
    /// <summary>A status of a native call, in the system's own words.</summary>
    public static string Words(int status)
    {
        int error = RtlNtStatusToDosError(status);
        return string.Create(CultureInfo.InvariantCulture, $"error {error}, {Marshal.GetPInvokeErrorMessage(error)}");
    }

    public static Exception ForOpenFolder(string directory, int error) => error switch
    {
        ErrorAccessDenied => new UnauthorizedAccessException($"This user may not enter the folder '{directory}'. Change the permissions "
            + $"of the folders on its path, or set ShmQueueOptions.Directory to a folder that this user may use."),
        ErrorInvalidName or ErrorBadPathName or ErrorDirectory => NoFolder(directory),
        _ => new IOException($"The folder '{directory}' cannot be opened ({Text(error)})."),
    };

    public static Exception ForCreateFolder(string directory, int error) => error switch
    {
        ErrorPathNotFound => RegionErrors.NoDirectory(directory),
        ErrorAccessDenied or ErrorWriteProtected => MayNotCreate(directory),
        ErrorDiskFull or ErrorHandleDiskFull or ErrorDiskQuota => NoSpaceIn(directory, error),
        _ => new IOException($"The folder '{directory}' cannot be created ({Text(error)})."),
    };

    public static Exception ForCreateFile(string directory, int status) => RtlNtStatusToDosError(status) switch
    {
        ErrorFileNotFound or ErrorPathNotFound => RegionErrors.NoDirectory(directory),
        ErrorAccessDenied or ErrorWriteProtected => MayNotCreate(directory),
        var error and (ErrorDiskFull or ErrorHandleDiskFull or ErrorDiskQuota) => NoSpaceIn(directory, error),
        var error and (ErrorTooManyFiles or ErrorNoSystemResources) => NoHandles(null, error),
        var error => new IOException($"A queue file cannot be created in '{directory}' ({Text(error)})."),
    };

    public static Exception ForFile(string path, string queueName, int status) => RtlNtStatusToDosError(status) switch
    {
        _ when status == StatusIsDirectory => RegionErrors.NotRegular(path, queueName),
        ErrorAccessDenied => new UnauthorizedAccessException($"This user may not open the queue '{queueName}' at '{path}'. Ask its "
            + "creator to set ShmQueueOptions.Permissions, or run as the same user."),
        ErrorSharingViolation => new IOException($"Another program has the file '{path}' open and keeps others out of it, so the queue "
            + $"'{queueName}' cannot be opened. End that program, such as a backup, or set ShmQueueOptions.Directory to a folder that it "
            + "leaves alone."),
        ErrorPathNotFound => RegionErrors.NoDirectory(Path.GetDirectoryName(path)!),
        var error and (ErrorTooManyFiles or ErrorNoSystemResources) => NoHandles(queueName, error),
        var error => new IOException($"The queue '{queueName}' at '{path}' cannot be opened ({Text(error)})."),
    };

    public static Exception ForReserve(string directory, string queueName, long size, int status) => RtlNtStatusToDosError(status) switch
    {
        var error and (ErrorDiskFull or ErrorHandleDiskFull or ErrorDiskQuota or ErrorFileTooLarge or ErrorInvalidParameter) =>
            new ShmQueueLimitException(queueName, ShmQueueLimit.Space, string.Create(CultureInfo.InvariantCulture,
            $"The queue '{queueName}' needs {size:N0} bytes, but the file system of '{directory}' does not have that much space " +
            $"({Text(error)}). Lower the capacity, free space, or set ShmQueueOptions.Directory to another file system.")),
        var error => new IOException(string.Create(CultureInfo.InvariantCulture, $"{size:N0} bytes for the queue '{queueName}' cannot " +
            $"be reserved in '{directory}' ({Text(error)}).")),
    };

    public static Exception ForMap(string queueName, long length, int error) => new ShmQueueLimitException(queueName,
        ShmQueueLimit.Mappings, string.Create(CultureInfo.InvariantCulture,
        $"{length:N0} bytes of the queue '{queueName}' cannot be mapped ({Text(error)}): this process has no address space, or the " +
        $"system no memory left. Close other queues or enlarge the paging file."));

    public static IOException LockFailed(int error) => new($"A lock on the queue's file failed ({Text(error)}); the file system must "
        + "support byte-range locks (NTFS and ReFS do).");

    public static IOException OnNetwork(string directory) => new($"'{directory}' is on a network drive, where memory cannot be shared "
        + "between machines, and locks tell late who lives. Set ShmQueueOptions.Directory to a folder on a local disk, or leave it unset.");

    public static DirectoryNotFoundException NoFolder(string directory) => new($"'{directory}' is not a folder, or is a link to one, "
        + "which is never followed. Set ShmQueueOptions.Directory to the folder itself, or leave it unset.");

    public static string Text(int error) =>
        string.Create(CultureInfo.InvariantCulture, $"error {error}, {Marshal.GetPInvokeErrorMessage(error)}");

    private static UnauthorizedAccessException MayNotCreate(string directory) => new($"This user may not create files in '{directory}'. "
        + "Change the folder's permissions, or set ShmQueueOptions.Directory to a folder that this user may write to.");

    private static ShmQueueLimitException NoSpaceIn(string directory, int error) => new(null, ShmQueueLimit.Space,
        $"There is no space left for a file in '{directory}' ({Text(error)}). Free some space, or set ShmQueueOptions.Directory to "
        + "another file system.");

    private static ShmQueueLimitException NoHandles(string? queueName, int error) => new(queueName, ShmQueueLimit.OpenFiles,
        $"The system has no file handle left for this process ({Text(error)}), and a queue handle needs one. Close handles.");
}
