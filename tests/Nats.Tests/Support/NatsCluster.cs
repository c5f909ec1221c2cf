using System.Diagnostics;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>Three servers that hold each stream together.</summary>
public sealed class NatsCluster : IDisposable
{
    private static readonly string[] s_names = ["n1", "n2", "n3"];

    private readonly NatsServer[] _servers;

    public NatsCluster()
    {
        int[] ports = NatsServer.FreePorts(6);
        string routes = string.Join(',', ports[3..].Select(static port => $"nats://127.0.0.1:{port}"));
        _servers = [.. s_names.Select((name, i) => new NatsServer(ports[i], "-n", name, "--cluster_name", "C", "--cluster",
            $"nats://127.0.0.1:{ports[i + 3]}", "--routes", routes))];
    }

    /// <summary>A client tries one after another.</summary>
    public NatsOpts Options => _servers[0].Options with { Url = string.Join(',', _servers.Select(static server => server.Url)) };

    public void Start()
    {
        foreach (NatsServer server in _servers) server.Launch();
        foreach (NatsServer server in _servers) server.WaitUntilAnswers();
    }

    /// <summary>Kills the server that leads the stream; returns it.</summary>
    public async Task<NatsServer> KillLeaderAsync(string stream)
    {
        int leader = -1;
        await UntilAsync(stream, "was led by a server", found =>
        {
            leader = Array.FindIndex(s_names, name => string.Equals(name, found.Leader, StringComparison.Ordinal));
            return leader >= 0;
        });
        _servers[leader].Kill();
        return _servers[leader];
    }

    /// <summary>
    /// Waits until every server has all of the stream. Three servers get over the death of one at a time: the next kill is fair only then.
    /// </summary>
    public Task WaitUntilWholeAsync(string stream) => UntilAsync(stream, "was whole on every server",
        found => found.Replicas is { } others && others.Count == _servers.Length - 1
            && others.All(static one => one is { Current: true, Offline: false }));

    /// <summary>Whether this version gets over the death of a process as it says: https://jepsen.io/analyses/nats-2.12.1.</summary>
    public async Task<bool> KeepsWhatItAcknowledgesAsync()
    {
        await using NatsConnection connection = new(Options);
        await connection.ConnectAsync();
        return Version.Parse(connection.ServerInfo!.Version.Split('-')[0]) >= new Version(2, 10, 23);
    }

    public void Dispose()
    {
        foreach (NatsServer server in _servers) server.Dispose();
    }

    private async Task UntilAsync(string stream, string what, Func<ClusterInfo, bool> holds)
    {
        await using NatsConnection connection = new(Options);
        NatsJSContext context = new(connection);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Worker.Patience)
        {
            try
            {
                if ((await context.GetStreamAsync(stream)).Info.Cluster is { } found && holds(found)) return;
            }
            catch (NatsException)
            {
                // an election
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"The stream '{stream}' never {what}.");
    }
}
