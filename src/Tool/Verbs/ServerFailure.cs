using NATS.Client.Core;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>What commands that reach a server say of it.</summary>
internal static class ServerFailure
{
    public static NatsOpts OptionsOf(string server, string? credentials) => NatsOpts.Default with
    {
        Url = server,
        AuthOpts = credentials == null ? NatsAuthOpts.Default : NatsAuthOpts.Default with { CredsFile = credentials },
    };

    public static ShmqException Of(string server, NatsException error)
    {
        string inner = error.InnerException is { } cause && !error.Message.Contains(cause.Message, StringComparison.Ordinal)
            ? $": {cause.Message.TrimEnd('.')}"
            : "";
        return new(ExitCode.Failed, $"The server at {server} cannot be used: {error.Message.TrimEnd('.')}{inner}.");
    }
}
