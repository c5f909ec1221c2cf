namespace TypedShmQueue.Tool.Shell;

/// <summary>What the process says at its end. Scripts rely on the numbers: docs/tool.md lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The system said no: permissions, space, descriptors.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a message given to <c>send</c>, cannot be understood.</summary>
    public const int WrongInput = 2;

    public const int NoSuchQueue = 3;

    /// <summary>The file is no queue, is of another version, truncated or corrupt.</summary>
    public const int Unusable = 4;

    /// <summary>Not now: a role is taken, an owner lives, the queue is full or completed, or nobody said yes.</summary>
    public const int Refused = 5;

    /// <summary><c>doctor</c> found something that somebody should do.</summary>
    public const int Findings = 6;

    /// <summary>
    /// Who read the output has closed it, before its end: the code that shells give to a command which a closed pipe ends.
    /// </summary>
    public const int OutputClosed = 141;
}
