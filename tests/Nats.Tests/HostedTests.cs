using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Nats.Tests;

/// <summary>Bridges as services of a host.</summary>
public sealed class HostedTests : BridgeTests
{
    [NatsFact]
    public async Task Two_hosts_have_one_queue_with_their_traces_numbers_and_health()
    {
        using NatsServer server = NatsServer.Started();
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name is ShmQueueTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans) spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using IHost here = HostOf(server, "here", ShmNatsDirection.Outbound);
        using IHost there = HostOf(server, "there", ShmNatsDirection.Inbound);
        await here.StartAsync();
        await there.StartAsync();
        OrderQueue sent = here.Services.GetRequiredService<OrderQueue>(), come = there.Services.GetRequiredService<OrderQueue>();
        Send(sent, 20);
        await Task.Run(() => Worker.WaitUntil(() => come.Count == 20 && sent.Count == 0, "all are there"));

        foreach (IHost host in (IHost[])[here, there])
        {
            HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            report.Status.ShouldBe(HealthStatus.Healthy, report.Entries.First().Value.Description);
            report.Entries.Single().Value.Data["connected"].ShouldBe(true);
            report.Entries.Single().Value.Data["moved"].ShouldBe(20L);
        }

        Instruments().ShouldContain(("messaging.typedshmqueue.bridge.moved", "outbound", 20));
        Instruments().ShouldContain(("messaging.typedshmqueue.bridge.moved", "inbound", 20));
        await there.StopAsync();
        await here.StopAsync();
        lock (spans)
        {
            Activity[] published = [.. spans.Where(static span => span.OperationName is "publish orders" && span.GetTagItem(
                "messaging.typedshmqueue.queue") is "hosted-here")];
            Activity[] received = [.. spans.Where(static span => span.OperationName is "receive orders" && span.GetTagItem(
                "messaging.typedshmqueue.queue") is "hosted-there")];
            published.Length.ShouldBeGreaterThanOrEqualTo(20);
            received.ShouldAllBe(span => published.Any(one => one.TraceId == span.TraceId && one.SpanId == span.ParentSpanId));
            received.Length.ShouldBe(20);
        }
    }

    [NatsFact]
    public async Task Health_says_what_is_wrong_while_the_server_is_away()
    {
        using NatsServer server = NatsServer.Started();
        using IHost host = HostOf(server, "here", ShmNatsDirection.Outbound);
        await host.StartAsync();
        OrderQueue orders = host.Services.GetRequiredService<OrderQueue>();
        Send(orders, 1);
        await Task.Run(() => Worker.WaitUntil(() => orders.Count == 0, "it is moved"));

        server.Kill();
        Send(orders, 30);
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        HealthReportEntry away = default;
        // It may lag before it knows that the connection is gone.
        await Task.Run(() => Worker.WaitUntil(() => (away = Entry()).Status == HealthStatus.Degraded
            && away.Description!.Contains("The connection to", StringComparison.Ordinal), "the check says it"));
        away.Data["lag"].ShouldBe(30L);
        away.Description.ShouldStartWith("The bridge of the queue 'hosted-here' and the subject 'orders' is not connected; 30 messages "
            + "wait. The connection to");

        server.Start();
        await Task.Run(() => Worker.WaitUntil(() => orders.Count == 0, "all are moved"));
        await Task.Run(() => Worker.WaitUntil(() => Entry().Status == HealthStatus.Healthy, "it is healthy"));
        await host.StopAsync();
        Entry().Status.ShouldBe(HealthStatus.Unhealthy);

        HealthReportEntry Entry() => health.CheckHealthAsync().GetAwaiter().GetResult().Entries.Single().Value;
    }

    [NatsFact]
    public async Task A_bridge_that_is_refused_stops_the_host()
    {
        using NatsServer server = NatsServer.Started();
        using IHost host = HostOf(server, "here", ShmNatsDirection.Outbound, static options => options.Create = null);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await host.StartAsync();
        await Task.Run(() => Worker.WaitUntil(() => lifetime.ApplicationStopping.IsCancellationRequested, "the host stops"));
        try
        {
            await host.StopAsync();
        }
        catch (ShmNatsBridgeException)
        {
            // the host tells it once more
        }
    }

    [Fact]
    public void A_queue_that_the_host_does_not_have_is_named()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound, static options => options.Subject = "orders");
        using IHost host = builder.Build();
        Should.Throw<InvalidOperationException>(host.Start).Message.ShouldStartWith("OrderQueue is no service of this host. Call "
            + "AddShmQueue");
    }

    [Fact]
    public void A_wrong_option_keeps_the_host_from_starting()
    {
        using NatsServer server = new();
        using IHost host = HostOf(server, "here", ShmNatsDirection.Outbound, static options => options.Window = 0);
        Should.Throw<ArgumentException>(host.Start).Message.ShouldStartWith("ShmNatsBridgeOptions.Window is 0.");
    }

    [Fact]
    public void A_second_bridge_needs_a_name_and_a_check_needs_a_bridge()
    {
        ServiceCollection services = new();
        Should.Throw<InvalidOperationException>(() => services.AddHealthChecks().AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound))
            .Message.ShouldStartWith("No bridge is registered as 'OrderQueue:Outbound'.");
        services.AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound, static _ => { });
        services.AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Inbound, static _ => { });
        services.AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound, static _ => { }, name: "second");
        Should.Throw<InvalidOperationException>(() => services.AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound, static _ => { }))
            .Message.ShouldStartWith("A bridge is already registered as 'OrderQueue:Outbound'.");
        services.AddHealthChecks().AddShmQueueBridge<OrderQueue>(ShmNatsDirection.Outbound, bridge: "second");
    }

    private IHost HostOf(NatsServer server, string machine, ShmNatsDirection direction, Action<ShmNatsBridgeOptions>? more = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddShmQueue<OrderQueue>($"hosted-{machine}", options => options.Directory = Folder.Location);
        builder.Services.AddShmQueueBridge<OrderQueue>(direction, options =>
        {
            ShmNatsBridgeOptions usual = Bridge(server);
            (options.Nats, options.Subject, options.Create) = (usual.Nats, usual.Subject, usual.Create);
            options.Consumer = direction == ShmNatsDirection.Inbound ? machine : null;
            options.RetryDelay = usual.RetryDelay;
            options.MaxRetryDelay = usual.MaxRetryDelay;
            more?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddShmQueueBridge<OrderQueue>(direction);
        return builder.Build();
    }

    private static List<(string Name, string? Direction, long Value)> Instruments()
    {
        List<(string, string?, long)> all = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument.Name.StartsWith("messaging.typedshmqueue.bridge.", StringComparison.Ordinal))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key.EndsWith("direction", StringComparison.Ordinal)) all.Add((instrument.Name, (string?)tag.Value, value));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return all;
    }
}
