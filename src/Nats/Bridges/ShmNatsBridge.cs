using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Bridges;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats;

/// <summary>
/// Moves messages between a local queue and a stream of NATS JetStream, until it is stopped. Make one by <see cref="ShmNatsOutbound"/> or
/// <see cref="ShmNatsInbound"/>. It does not own the queue: dispose the bridge first.
/// </summary>
public abstract class ShmNatsBridge
{
    private const string LogCategory = "TypedShmQueue.Nats";

    private readonly Lock _telling = new();
    private readonly ILogger _logger;
    private string? _lastError;
    private DateTimeOffset _lastErrorAt;
    private int _running;
    private bool _isReady;
    private volatile string? _stream;
    private volatile NatsConnection? _connection;

    private protected ShmNatsBridge(QueueBytes queue, ShmNatsBridgeOptions options) => 
        (Queue, Options, _logger) = (queue, options, options.Nats.LoggerFactory.CreateLogger(LogCategory));

    internal QueueBytes Queue { get; }

    internal ShmNatsBridgeOptions Options { get; }

    internal NatsConnection? Connection => _connection;

    internal string? Stream => _stream;

    /// <summary>How the bridge stands at this instant. Any thread may ask.</summary>
    public ShmNatsBridgeStatus Status
    {
        get
        {
            ShmNatsBridgeStatus status = Describe();
            lock (_telling)
            {
                return status with
                {
                    Stream = _stream,
                    IsRunning = Volatile.Read(ref _running) != 0,
                    IsConnected = _isReady && _connection is { ConnectionState: NatsConnectionState.Open },
                    LastError = _lastError,
                    LastErrorAt = _lastError == null ? null : _lastErrorAt,
                };
            }
        }
    }

    /// <summary>
    /// Moves messages until it is cancelled, or, outbound, until the queue is completed and the stream has every message. A failure of the
    /// network or the server does not end it: see <see cref="Status"/>.
    /// </summary>
    /// <param name="cancellationToken">
    /// Stops it: no more messages are taken, and those on their way have <see cref="ShmNatsBridgeOptions.StopTimeout"/>. The call then
    /// returns; it does not throw.
    /// </param>
    /// <exception cref="ShmNatsBridgeException">It cannot do its work, and trying again would not help.</exception>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    /// <exception cref="ShmQueueCompletedException">Inbound: the local queue was completed, and a message came.</exception>
    /// <exception cref="ArgumentException">Outbound: <see cref="ShmNatsBridgeOptions.Group"/> is no name of a group.</exception>
    /// <exception cref="ShmQueueLimitException">Outbound: the broadcast queue has no room for another group.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0) throw new InvalidOperationException("The bridge runs already.");
        try
        {
            await RunOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        NatsConnection connection = NewConnection();
        _connection = connection;
        connection.ConnectionDisconnected += OnDisconnected;
        connection.ConnectionOpened += OnOpened;
        try
        {
            BridgeMeter.Add(this);
            Open();
            NatsJSContext context = new(connection, new NatsJSOpts(connection.Opts));
            if (await BeginAsync(context, cancellationToken).ConfigureAwait(false) is { } stream)
                await RunAsync(context, stream, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was stopped while it began: nothing was taken yet, and a stop is no failure.
        }
        finally
        {
            _logger.BridgeEnds(Queue.Name, Options.Subject, Status.Moved);
            BridgeMeter.Remove(this);
            connection.ConnectionDisconnected -= OnDisconnected;
            connection.ConnectionOpened -= OnOpened;
            _isReady = false;
            try
            {
                Close();
            }
            finally
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private NatsConnection NewConnection()
    {
        try
        {
            // A plain queue waits for its network, so the client must not give up before the bridge does.
            return new(Options.Nats with
            {
                MaxReconnectRetry = -1,
                IgnoreAuthErrorAbort = true,
                RetryOnInitialConnect = false,
                PublishTimeoutOnDisconnected = false,
            });
        }
        catch (UriFormatException e)
        {
            throw new ShmNatsBridgeException($"'{Options.Nats.Url}' is no address of a server: {Sentence(e)} Correct "
                + $"ShmNatsBridgeOptions.Nats.Url, for example to nats://localhost:4222.", e);
        }
    }

    private protected abstract ShmNatsBridgeStatus Describe();

    /// <summary>Before the server is there.</summary>
    private protected virtual void Open()
    {
    }

    /// <summary>Gives up what <see cref="Open"/> and what followed got, whichever it was.</summary>
    private protected virtual void Close()
    {
    }

    /// <summary>Finds what the bridge needs of the server.</summary>
    private protected abstract Task<StreamInfo> PrepareAsync(NatsJSContext context, CancellationToken cancellationToken);

    /// <summary>Moves messages until it is stopped.</summary>
    private protected abstract Task RunAsync(NatsJSContext context, StreamInfo stream, CancellationToken cancellationToken);

    /// <summary>The connection was lost and is there again.</summary>
    private protected virtual void Reconnected()
    {
    }

    /// <summary>Something went wrong that is tried again.</summary>
    private protected void Tell(string error)
    {
        bool isNew;
        lock (_telling)
        {
            isNew = !string.Equals(_lastError, error, StringComparison.Ordinal);
            _lastError = error;
            _lastErrorAt = DateTimeOffset.UtcNow;
        }

        if (isNew) _logger.BridgeFails(Queue.Name, Options.Subject, error);
    }

    /// <summary>Messages move.</summary>
    private protected void Forget()
    {
        if (Volatile.Read(ref _lastError) == null) return;
        lock (_telling) _lastError = null;
    }

    /// <summary>The time before a further try, after so many failures.</summary>
    private protected TimeSpan Delay(int failures)
    {
        double milliseconds = Options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, Options.MaxRetryDelay.TotalMilliseconds));
    }

    /// <summary>Prepares until it succeeds. Null: it was cancelled.</summary>
    /// <param name="context">The context.</param>
    /// <param name="isFirst">Whether a refusal ends the bridge; later it may have a cause that passes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private protected async Task<StreamInfo?> PrepareAsync(NatsJSContext context, bool isFirst, CancellationToken cancellationToken)
    {
        _isReady = false;
        for (int failures = 1; ; failures++)
        {
            try
            {
                StreamInfo stream = await PrepareAsync(context, cancellationToken).ConfigureAwait(false);
                _stream = stream.Config.Name;
                _isReady = true;
                _logger.BridgeReady(Queue.Name, Options.Subject, _stream!);
                return stream;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (e is ShmQueueDurabilityException || (!isFirst && e is ShmNatsBridgeException))
            {
                Tell(e.Message);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException)
            {
                string sentence = $"JetStream at {Options.Nats.Url} does not answer: {Sentence(e)}";
                if (isFirst && Options.WhenUnreachable == ShmNatsUnreachable.Fail) throw new ShmNatsBridgeException(sentence, e);
                Tell(sentence);
            }

            if (!await PauseAsync(Delay(failures), cancellationToken).ConfigureAwait(false)) return null;
        }
    }

    /// <summary>Waits. False: it was cancelled.</summary>
    private protected static async Task<bool> PauseAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What an exception of the client says, with its cause, as one sentence.</summary>
    private protected static string Sentence(Exception error)
    {
        string message = error.Message.TrimEnd('.');
        return error.InnerException is { } inner && !message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{message}: {inner.Message.TrimEnd('.')}."
            : $"{message}.";
    }

    /// <summary>Connects and prepares. Null: it was cancelled.</summary>
    private async Task<StreamInfo?> BeginAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        NatsConnection connection = _connection!;
        for (int failures = 1; ; failures++)
        {
            try
            {
                await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
            catch (NatsException e)
            {
                if (FindAuthError(e) is { } refusal)
                    throw new ShmNatsBridgeException($"The server at {Options.Nats.Url} refuses the credentials: {refusal.TrimEnd('.')}. "
                        + $"Correct ShmNatsBridgeOptions.Nats.AuthOpts.", e);
                string sentence = $"The server at {Options.Nats.Url} cannot be reached: {Sentence(e)}";
                if (Options.WhenUnreachable == ShmNatsUnreachable.Fail)
                    throw new ShmNatsBridgeException($"{sentence} Start it, correct the address, or let the bridge wait "
                        + $"(WhenUnreachable = Wait).", e);
                Tell(sentence);
            }

            if (!await PauseAsync(Delay(failures), cancellationToken).ConfigureAwait(false)) return null;
        }

        return await PrepareAsync(context, isFirst: true, cancellationToken).ConfigureAwait(false);
    }

    private static string? FindAuthError(Exception error)
    {
        for (Exception? cause = error; cause != null; cause = cause.InnerException)
        {
            if (cause is NatsServerException { IsAuthError: true } refusal) return refusal.Error;
        }

        return null;
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        Tell($"The connection to {Options.Nats.Url} is lost; the bridge tries to connect again.");
        return default;
    }

    private ValueTask OnOpened(object? sender, NatsEventArgs args)
    {
        Forget();
        Reconnected();
        return default;
    }
}
