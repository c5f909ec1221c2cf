using NATS.Client.JetStream.Models;
using TypedShmQueue.Nats;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Runs a bridge, and says what becomes of it. Apart from its command, so that no other command loads the client.</summary>
internal static class BridgeRun
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public static int Run(Call call, UntypedQueue queue, BridgeOrder order)
    {
        ShmNatsBridgeOptions options = new()
        {
            Nats = ServerFailure.OptionsOf(order.Server, order.Credentials),
            Subject = order.Subject,
            Stream = order.Stream,
            Create = order.Create == null ? null : new StreamConfig(order.Create, [order.Subject]) { NumReplicas = order.Replicas },
            Group = order.Group,
            Consumer = order.IsOutbound ? null : order.Consumer,
            WhenUnreachable = ShmNatsUnreachable.Fail,
        };
        if (order.Window is { } window) options.Window = window;
        ShmNatsBridge bridge = order.IsOutbound
            ? ShmNatsOutbound.Over(queue.ToBytes(), options)
            : ShmNatsInbound.Over(queue.ToBytes(), options);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        Task running = bridge.RunAsync(stop.Token);
        string? stream = null, error = null;
        try
        {
            while (!running.Wait(s_look, CancellationToken.None))
            {
                OutputPipe.ThrowIfClosed();
                ShmNatsBridgeStatus status = bridge.Status;
                if (status.IsConnected && !string.Equals(status.Stream, stream, StringComparison.Ordinal))
                {
                    stream = status.Stream;
                    if (!call.Json) call.Screen.Say($"The bridge of the queue '{status.Queue}' and the stream '{stream}' moves messages.");
                }

                if (status.LastError is { } now && !string.Equals(now, error, StringComparison.Ordinal)) call.Screen.Warn(now);
                error = status.LastError;
                if (status.Moved + status.Recognized >= order.Count) stop.Cancel();
            }
        }
        catch (AggregateException e) when (e.InnerException is ShmNatsBridgeException refusal)
        {
            throw new ShmqException(ExitCode.Refused, refusal.Message);
        }
        finally
        {
            stop.Cancel();
        }

        ShmNatsBridgeStatus end = bridge.Status;
        if (call.Json) call.Screen.Document(new { end.Moved, end.Recognized, end.Retried });
        else call.Screen.Say($"{Numbers.Count(end.Moved, "message", "messages")} moved.");
        return ExitCode.Done;
    }
}
