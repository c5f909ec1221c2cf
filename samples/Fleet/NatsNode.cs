using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TypedShmQueue.Samples.Fleet;

/// <summary>A nats-server with JetStream on the loopback, with a folder of its own. It is ended by its own process.</summary>
internal sealed class NatsNode(string name, int port, string folder, params string[] more) : IDisposable
{
    private Process? _process;

    public string Name => name;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}");

    /// <summary>Three that hold each stream together.</summary>
    public static NatsNode[] Cluster(string folder)
    {
        int[] ports = FreePorts(6);
        string routes = string.Join(',', ports[3..].Select(RouteOf));
        return [.. Enumerable.Range(0, 3).Select(i => new NatsNode($"n{i + 1}", ports[i], Path.Combine(folder, $"n{i + 1}"),
            "-n", $"n{i + 1}", "--cluster_name", "fleet", "--cluster", RouteOf(ports[i + 3]), "--routes", routes))];
    }

    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }

    /// <summary>Starts it. False: it is not installed.</summary>
    public bool TryStart()
    {
        Directory.CreateDirectory(folder);
        ProcessStartInfo start = new("nats-server", ["-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-js",
            "-sd", folder, "-l", Path.Combine(folder, "log"), .. more]) { UseShellExecute = false };
        try
        {
            _process = Process.Start(start);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        if (_process is not { } process) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    public void Dispose() => Kill();

    private static string RouteOf(int port) => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}");
}
