using System.Diagnostics;
using TypedShmQueue.Tool.Tests.Messages;

namespace TypedShmQueue.Tool.Tests;

/// <summary>The scripts of <c>shmq completion</c>, each in its own shell, which is asked for what it would offer.</summary>
public sealed class CompletionTests : ToolTests
{
    /// <summary>Offers what completes a line, one word in a line.</summary>
    private const string InBash = """
        source <(shmq completion bash)
        COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_WORDS=($LINE) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _shmq
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    /// <summary>The two functions that its line editor would have: the second offers what begins as the last word does.</summary>
    private const string InZsh = """
        compdef() { }
        compadd() { shift; local begin=${LINE##* }; print -l -- ${(M)@:#$begin*} }
        source <(shmq completion zsh)
        BUFFER=$LINE CURSOR=${#LINE}
        _shmq
        """;

    /// <summary>What is on the command line, which only an interactive fish has.</summary>
    private const string InFish = """
        function commandline
            test $argv[1] = -C; and string length -- $LINE; or echo $LINE
        end
        shmq completion fish | source
        complete -C "$LINE"
        """;

    private const string InPowerShell = """
        shmq completion pwsh | Out-String | Invoke-Expression
        (TabExpansion2 $env:LINE $env:LINE.Length).CompletionMatches.CompletionText
        """;

    [ShellFact("bash")]
    public void Bash_completes() => Complete("bash", ["--norc", "-c", InBash]);

    [ShellFact("zsh")]
    public void Zsh_completes() => Complete("zsh", ["--no-rcs", "-c", InZsh]);

    [ShellFact("fish")]
    public void Fish_completes() => Complete("fish", ["--no-config", "-c", InFish]);

    [ShellFact("pwsh")]
    public void PowerShell_completes() => Complete("pwsh", ["-NoProfile", "-NonInteractive", "-Command", InPowerShell]);

    private void Complete(string shell, string[] arguments)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using TradeQueue orders = TradeQueue.Create("orders", Options);
        using QueueFolder programs = new();
        string shmq = programs.PathOf("shmq");
        File.WriteAllText(shmq, $"#!/bin/sh\nexec {string.Join(' ', ShmqProcess.Command.Select(static word => $"'{word}'"))} \"$@\"\n");
        File.SetUnixFileMode(shmq, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Offers("shmq d").ShouldBe(["doctor", "drain", "dump"]);
        Offers("shmq stat --js").ShouldBe(["--json"]);
        Offers($"shmq dump --directory {Folder.Location} tr").ShouldBe(["trades"]);

        string[] Offers(string line)
        {
            ProcessStartInfo start = new(shell, arguments)
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                Environment =
                {
                    ["LINE"] = line,
                    ["PATH"] = $"{programs.Location}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["HOME"] = programs.Location, // where a shell keeps its history, its caches and what its user set
                    ["XDG_DATA_HOME"] = programs.Location, ["XDG_CACHE_HOME"] = programs.Location, ["XDG_CONFIG_HOME"] = programs.Location,
                    ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["DOTNET_EnableDiagnostics"] = "0",
                },
            };
            using Process process = Process.Start(start)!;
            try
            {
                process.StandardInput.Close();
                Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
                process.WaitForExit(Worker.Patience).ShouldBeTrue($"{shell} ends");
                error.Result.ShouldBeEmpty();
                return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }
    }
}
