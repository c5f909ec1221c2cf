using System.CommandLine;

namespace TypedShmQueue.Tool.Shell;

/// <summary>What the commands take that reach a NATS server, in the same words.</summary>
internal static class ServerOptions
{
    private static readonly string[] s_schemes = ["nats://", "tls://", "ws://", "wss://"];

    /// <summary>Whether it is the address of a server, or of several with commas between.</summary>
    public static bool IsServer(string text) => s_schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    public static Option<string?> Subject(string description) => new("--subject") { Description = description, HelpName = "subject" };

    public static Option<string?> Stream() =>
        new("--stream") { Description = "The stream. Default: the one that takes the subject.", HelpName = "name" };

    public static Option<string?> Credentials() =>
        new("--creds") { Description = "A file with the credentials of the server's user.", HelpName = "file" };

    /// <summary>An option that takes the address of a server.</summary>
    public static Option<string?> Server(string name, string description)
    {
        Option<string?> option = new(name) { Description = description, HelpName = "address" };
        option.Validators.Add(result =>
        {
            foreach (string given in result.Tokens.Select(static token => token.Value).Where(static given => !IsServer(given)))
                result.AddError($"{name} takes the address of a server, such as nats://127.0.0.1:4222, not '{Plain.Text(given)}'.");
        });
        return option;
    }

    /// <summary>Refuses what is neither the name of a queue nor the address of a server.</summary>
    public static void AcceptQueueOrServer(Argument<string> argument)
    {
        CommonOptions.CompleteByNames(argument);
        argument.Validators.Clear();
        argument.Validators.Add(static result =>
        {
            if (!result.Tokens.Any(static token => IsServer(token.Value))) CommonOptions.RefuseWhatIsNoName(result);
        });
    }
}
