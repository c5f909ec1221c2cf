using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private readonly ConcurrentQueue<(EventId Id, string Text, Exception? Error)> _entries = new();

    public IReadOnlyList<(EventId Id, string Text, Exception? Error)> Entries => [.. _entries];

    public IReadOnlyList<string> Of(int id) => [.. _entries.Where(e => e.Id.Id == id && e.Id.Name is not null).Select(e => e.Text)];

    /// <summary>Called with the id of what is logged, before it is kept.</summary>
    public Action<int> Before { get; set; } = static _ => { };

    public ILogger CreateLogger(string categoryName) =>
        new Writer(categoryName.StartsWith("TypedShmQueue.", StringComparison.Ordinal), this);

    public void Dispose()
    {
    }

    private sealed class Writer(bool isOurs, LogBook book) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!isOurs) return;
            book.Before(eventId.Id);
            book._entries.Enqueue((eventId, formatter(state, exception), exception));
        }
    }
}
