using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private readonly ConcurrentQueue<(EventId Id, string Text, Exception? Error)> _entries = new();

    public IReadOnlyList<(EventId Id, string Text, Exception? Error)> Entries => [.. _entries];

    public IReadOnlyList<string> Of(int id) => [.. _entries.Where(e => e.Id.Id == id && e.Id.Name is not null).Select(e => e.Text)];

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName.StartsWith("TypedShmQueue.", StringComparison.Ordinal), _entries);

    public void Dispose()
    {
    }

    private sealed class Writer(bool isOurs, ConcurrentQueue<(EventId, string, Exception?)> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isOurs) entries.Enqueue((eventId, formatter(state, exception), exception));
        }
    }
}
