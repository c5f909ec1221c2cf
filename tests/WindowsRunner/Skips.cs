namespace TypedShmQueue.WindowsRunner;

/// <summary>Which tests cannot hold on Windows, and why; and which are for the long form.</summary>
internal static class Skips
{
    private const string Modes = "the test sets or reads modes, umask or owners of files, which Windows does not have";
    private const string Calls = "the test makes calls of Linux: signals, limits, pipes or links";
    private const string Mapped = "the test removes, moves or truncates a file that is mapped, which Windows refuses";
    private const string Hidden = "the test wants the folder empty while a deleted queue is open; on Windows it has a hidden name until "
        + "then";
    private const string Proc = "the test reads /proc";
    private const string Script = "the test runs a script of /bin/sh";
    private const string ProcessName = "the screen shows the names of processes, which are others here, and tables as wide as those";
    private const string Tree = "the test reads files of the source tree, which are not beside the program";

    /// <summary>Beginnings of names (class, or class and method), or after a star any part of one, and the reason.</summary>
    private static readonly (string Begin, string Reason)[] s_reasons =
    [
        ("DurableOthersTests.A_journal_that_is_removed", Mapped),
        ("DurableOthersTests.A_stopped", Calls),
        ("DurableOthersTests.What_a_stopped", Calls),
        ("DurabilityTests.", Proc),
        ("FolderTests.", Modes),
        ("PlaceTests.", Modes),
        ("SmallFileSystem", Modes),
        ("TakenAwayTests.", Mapped),
        ("PublicApiTests.The_surface", Tree),
        ("*.Default_folder_is_this_user_s_own", "the test looks into /dev/shm; WindowsTests looks for what Windows has"),
        ("*.Creators_killed_at_random_leave_no_junk", Hidden),
        ("*.Paused_worker_keeps_its_job", Calls),
        ("*.Delete_by_name_marks_it_for_those_who_have_it", Hidden),
        ("*.Mark_without_removal_of_the_name_is_finished", Hidden),
        ("AsyncAllocationTests", "starts of threads and semaphores allocate under Wine"),
        ("NamedFileTests", "file systems without O_TMPFILE are Linux's"),
        ("FutexFilterTests", "filters of system calls are Linux's"),
        ("FenceFallbackTests", "there is no membarrier to fall back from"),
        ("FirstCallTests", "counts system calls of Linux"),
        ("OtherUserTests", Modes),
        ("DefaultFolderTests", Modes),
        ("StopTests", Calls),
        ("StoppedAt", Calls),
        ("PauseMatrixTests", Calls),
        ("QuietTests", Proc),
        ("AsyncQuietTests", Proc),
        ("ShortageTests", Calls),
        ("DiskFaultTests", Calls),
        ("FuzzTests", "guard pages are made by a call of Linux"),
        ("MachineCodeTests", "needs a Release build"),
        ("LivenessTests.", Proc),
        ("DiagnosisTests.Advice_repeats_the_folder", Modes),
        ("DiagnosisTests.Rm_deletes_what_it_is_told_to", Hidden),
        ("LeaseWritingTests.Drain_leaves_what_it_cannot_write", Script),
        ("ReadingTests.A_queue_that_may_only_be_read", Modes),
        ("DiagnosisTests.A_claim_of_the_dead_is_found", ProcessName),
        ("ReadingTests.Stat_tells", ProcessName),
        ("LeaseReadingTests.Stat_shows", ProcessName),
        ("ClosedPipeTests", Script),
        ("FaithfulTests", Script),
        ("RobustTests", Script),
        ("ServerTests", Script),
    ];

    /// <summary>Beginnings of the names of tests that the short form runs.</summary>
    private static readonly string[] s_short =
    [
        "WindowsTests.", "EnqueueTests", "DequeueTests", "BatchTests", "ClaimTests", "CompletionTests", "StateTests", "WaitTests",
        "TakeTests", "SubscribeTests", "NamedTests", "AcknowledgedTests", "GroupTests.", "DeleteTests_ManyProducers_ManyConsumers",
        "DisposeTests_ManyProducers_ManyConsumers", "LateCallTests", "LifetimeTests_ManyProducers_ManyConsumers", "ParticipantTests",
        "AsyncTests_ManyProducers_ManyConsumers", "ChannelTests", "DurableGroupTests", "DurableQueueTests.", "DurableOpeningTests.",
        "DurableRoleTests_ManyProducers_ManyConsumers", "DurableMatrixTests.", "KillTests_ManyProducers_ManyConsumers",
        "BroadcastKillTests_ManyProducers.Subscriber_killed", "BroadcastKillTests_ManyProducers.Every_label",
        "BroadcastKillTests_ManyProducers.Named_subscription_goes_on_where_its_holder_died_at", "WorkerKillTests_ManyProducers.",
        "ReadingTests.", "DiagnosisTests.", "WritingTests.",
    ];

    public static string? ReasonOfAttribute(string attribute) => attribute switch
    {
        "NamespaceFactAttribute" => "namespaces are Linux's",
        "NobodyFactAttribute" => "needs a process of another user, which Wine does not have",
        "TraceFactAttribute" => "needs strace",
        "MountFactAttribute" or "RootFactAttribute" or "LoopFactAttribute" => "mounts a file system of Linux",
        "PrlimitFactAttribute" => "limits of a process are Linux's",
        "TerminalFactAttribute" or "TerminalTheoryAttribute" => "pseudo-terminals are Linux's",
        "ShellFactAttribute" => "runs shells of Linux",
        "NatsFactAttribute" => "needs nats-server",
        "ProcessorsFactAttribute" => "pins threads by a call of Linux",
        _ => null,
    };

    public static string? ReasonOf(string test)
    {
        foreach ((string begin, string reason) in s_reasons)
        {
            if (begin[0] == '*' ? test.Contains(begin[1..], StringComparison.Ordinal) : test.StartsWith(begin, StringComparison.Ordinal))
                return reason;
        }

        return null;
    }

    public static bool IsInShortForm(string test) => Array.Exists(s_short, begin => test.StartsWith(begin, StringComparison.Ordinal));

    /// <summary>Of a theory's rows the short form runs one in so many.</summary>
    public static int RowsPerShortRow(string test) => test.StartsWith("WindowsTests", StringComparison.Ordinal) ? 1
        : test.StartsWith("WritingTests.Any_roles", StringComparison.Ordinal) ? 6 : 2;
}
