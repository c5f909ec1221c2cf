using System.CommandLine;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Writes what has a shell complete the tool's command lines: it asks the tool itself.</summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or fish." };

    public CompletionVerb() : base("completion", "Print a script that lets your shell complete commands, options and names of queues.",
        "source <(shmq completion bash)        in ~/.bashrc",
        "source <(shmq completion zsh)         in ~/.zshrc, after compinit",
        "shmq completion fish | source         in ~/.config/fish/config.fish")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
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
            _ => """
                complete -c shmq -f -a '(shmq "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

                """,
        });
        return ExitCode.Done;
    }
}
