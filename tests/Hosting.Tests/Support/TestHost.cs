using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>A host with nothing in it but what a test puts there, and what it logged.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    private IHost? _host;

    public TestHost(params (string Key, string? Value)[] configuration)
    {
        foreach ((string key, string? value) in configuration) _builder.Configuration[key] = value;
        _builder.Services.AddSingleton<ILoggerProvider>(Logs);
        _builder.Services.AddSingleton(Received);
    }

    public LogBook Logs { get; } = new();

    /// <summary>What the handlers of this host were given.</summary>
    public Received Received { get; } = new();

    public IServiceCollection Services => _builder.Services;

    public IServiceProvider Provider => _host!.Services;

    public bool IsStopping => Provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    /// <summary>Builds and starts it; what keeps it from starting is thrown.</summary>
    public TestHost Start()
    {
        _host = _builder.Build();
        _host.StartAsync().Ended();
        return this;
    }

    /// <summary>Stops it; the host's own patience is that of the test.</summary>
    public void Stop() => StopAsync().Ended();

    public async Task StopAsync()
    {
        using CancellationTokenSource patience = new(Worker.Patience);
        await _host!.StopAsync(patience.Token);
    }

    /// <summary>Stops it; the host waits as long as that token lets it.</summary>
    public async Task StopAsync(CancellationToken hurry) => await _host!.StopAsync(hurry);

    public void Dispose() => _host?.Dispose();
}
