using System.CommandLine;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Writes what has a shell complete the tool's command lines: it asks the tool itself.</summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh, fish or pwsh." };

    public CompletionVerb() : base("completion", "Print a script that lets your shell complete commands, options and names of queues.",
        "source <(shmq completion bash)        in ~/.bashrc",
        "source <(shmq completion zsh)         in ~/.zshrc, after compinit",
        "shmq completion fish | source         in ~/.config/fish/config.fish",
        "shmq completion pwsh | Out-String | Invoke-Expression         in PowerShell's $PROFILE")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        Arguments.Add(_shell);
    }

    protected override int Run(Call call)
    {
        call.Screen.Out.Write(call.Get(_shell) switch
        {
            "bash" => """
                _shmq() {
                    local IFS=$'\n'
                    COMPREPLY=($(compgen -W "$(shmq "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -F _shmq shmq

                """,
            "zsh" => """
                _shmq() { compadd -- "${(@f)$(shmq "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}" }
                compdef _shmq shmq

                """,
            "fish" => """
                complete -c shmq -f -a '(shmq "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

                """,
            _ => """
                Register-ArgumentCompleter -Native -CommandName shmq -ScriptBlock {
                    param($word, $line, $position)
                    shmq "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                    }
                }

                """,
        });
        return ExitCode.Done;
    }
}
