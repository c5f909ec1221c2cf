namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>What the tool said, and how it ended.</summary>
public sealed record Answer(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a command that succeeded and had nothing to complain about.</summary>
    public string Text
    {
        get
        {
            Error.ShouldBeEmpty();
            ExitCode.ShouldBe(0);
            return Output;
        }
    }

    /// <summary>The output's lines.</summary>
    public IReadOnlyList<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Ended by this exit code and one sentence, no stack trace.</summary>
    public void ShouldRefuse(int exitCode, string because)
    {
        ExitCode.ShouldBe(exitCode, Error);
        Error.ShouldStartWith("shmq: ");
        Error.ShouldContain(because);
        Error.ShouldNotContain("   at ");
        Error.ShouldNotContain("\\u000a", customMessage: "a sentence has no line ends in it");
    }
}
