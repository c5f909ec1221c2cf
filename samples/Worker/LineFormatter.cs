using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace TypedShmQueue.Samples.Worker;

/// <summary>A line for each entry: time, host, message, and what an exception says.</summary>
internal sealed class LineFormatter(Totals totals) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string what = logEntry.Formatter(logEntry.State, logEntry.Exception);
        string why = logEntry.Exception is { } error ? $" {error.Message}" : "";
        textWriter.WriteLine($"{DateTime.Now:HH:mm:ss.fff}  {totals.Host,-10}  {what}{why}");
    }
}
