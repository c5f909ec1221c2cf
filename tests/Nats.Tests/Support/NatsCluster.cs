using System.Globalization;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>Three servers that hold each stream together.</summary>
public sealed class NatsCluster : IDisposable
{
    private readonly NatsServer[] _servers;

    public NatsCluster()
    {
        int[] ports = NatsServer.FreePorts(6);
        string routes = string.Join(',', ports[3..].Select(static port => $"nats://127.0.0.1:{port}"));
        _servers = [.. Enumerable.Range(0, 3).Select(i => new NatsServer(ports[i], "-n", Name(i), "--cluster_name", "C", "--cluster",
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
        NatsServer leader = await FindLeaderAsync(stream);
        leader.Kill();
        return leader;
    }

    public void Dispose()
    {
        foreach (NatsServer server in _servers) server.Dispose();
    }

    private async Task<NatsServer> FindLeaderAsync(string stream)
    {
        await using NatsConnection connection = new(Options);
        NatsJSContext context = new(connection);
        for (int i = 0; i < 300; i++)
        {
            try
            {
                INatsJSStream found = await context.GetStreamAsync(stream);
                for (int server = 0; server < _servers.Length; server++)
                {
                    if (string.Equals(found.Info.Cluster?.Leader, Name(server), StringComparison.Ordinal)) return _servers[server];
                }
            }
            catch (NatsException)
            {
                // an election
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Nobody leads the stream '{stream}'.");
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"n{index + 1}");
}
