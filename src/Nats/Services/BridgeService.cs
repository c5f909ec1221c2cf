using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Nats.Services;

/// <summary>Runs a bridge while the host runs.</summary>
internal sealed class BridgeService(BridgeRegistration registration, IServiceProvider services, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>Options and queue are looked at before the host has started: what is wrong with them keeps it from starting.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ = registration.Bridge(services);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await registration.Bridge(services).RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            loggers.CreateLogger("TypedShmQueue.Nats").BridgeRefuses(e, registration.Name, e.Message);
            throw;
        }
    }
}
