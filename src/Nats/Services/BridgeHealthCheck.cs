using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TypedShmQueue.Nats.Services;

/// <summary>
/// A bridge that does not run has failed. One that is not connected is degraded, and so is one that exceeds a threshold: its messages wait,
/// and none is lost.
/// </summary>
internal sealed class BridgeHealthCheck(ShmNatsBridge bridge, ShmNatsHealthOptions limits) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ShmNatsBridgeStatus status = bridge.Status;
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["connected"] = status.IsConnected,
            ["moved"] = status.Moved,
            ["recognized"] = status.Recognized,
            ["retried"] = status.Retried,
            ["inFlight"] = status.InFlight,
            ["lag"] = status.Lag,
        };
        if (status.OldestInFlight is { } oldest) data["oldest"] = oldest;
        if (status.LastError is { } error) data["lastError"] = error;
        (HealthStatus health, string description) = Judge(status, context.Registration.FailureStatus);
        return Task.FromResult(new HealthCheckResult(health, description, data: data));
    }

    private (HealthStatus Health, string Description) Judge(ShmNatsBridgeStatus status, HealthStatus failure)
    {
        string which = $"The bridge of the queue '{status.Queue}' and the subject '{status.Subject}'";
        string because = status.LastError == null ? "" : $" {status.LastError}";
        if (!status.IsRunning) return (failure, $"{which} does not run.{because}");
        if (!status.IsConnected)
            return (HealthStatus.Degraded, $"{which} is not connected; {status.Lag} messages wait.{because}");
        if (limits.MaxAge is { } age && status.OldestInFlight > age)
            return (HealthStatus.Degraded, $"{which} has a message on its way for {status.OldestInFlight}, longer than {age}.{because}");
        if (limits.MaxLag is { } lag && status.Lag > lag)
            return (HealthStatus.Degraded, $"{which} has {status.Lag} messages to move, more than {lag}.{because}");
        return (HealthStatus.Healthy, $"{which} moves messages.");
    }
}
