using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TypedShmQueue.Bench.Durable;

/// <summary>
/// A RabbitMQ on the loopback with a folder of its own, started and ended by the benchmark, and with it the port mapper that Erlang leaves
/// behind.
/// </summary>
internal sealed class RabbitNode : IDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _mapperPort;
    private readonly Process _process;
    private readonly string _processFile;

    private RabbitNode(string folder)
    {
        int[] ports = FreePorts(3);
        Port = ports[0];
        _mapperPort = Text(ports[1]);
        _processFile = Path.Combine(folder, "pid");
        Directory.CreateDirectory(folder);
        _process = Process.Start(new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HOME"] = folder,
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
                ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"bench{Environment.ProcessId}@localhost"),
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = Text(Port),
                ["RABBITMQ_DIST_PORT"] = Text(ports[2]),
                ["RABBITMQ_PID_FILE"] = _processFile,
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
                ["ERL_EPMD_PORT"] = _mapperPort,
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            },
        })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Starts one, and waits until it listens. Null: it is not installed, or does not start.</summary>
    public static RabbitNode? TryStart(string folder)
    {
        if (!File.Exists(Program)) return null;
        RabbitNode node = new(folder);
        long began = Stopwatch.GetTimestamp();
        while (!node.IsListening())
        {
            if (node._process.HasExited || Stopwatch.GetElapsedTime(began) > s_patience)
            {
                node.Dispose();
                return null;
            }

            Thread.Sleep(200);
        }

        return node;
    }

    public void Dispose()
    {
        // The script has become, or has started, the node; the file says which process that is.
        if (File.Exists(_processFile) && int.TryParse(File.ReadAllText(_processFile), CultureInfo.InvariantCulture, out int id)) End(id);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        foreach (int mapper in Mappers()) End(mapper);
    }

    /// <summary>The port mappers that were started with the port of this one.</summary>
    private IEnumerable<int> Mappers()
    {
        byte[] mine = Encoding.UTF8.GetBytes("ERL_EPMD_PORT=" + _mapperPort + "\0");
        foreach (Process process in Process.GetProcessesByName("epmd"))
        {
            using (process)
            {
                string environment = string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/environ");
                if (File.Exists(environment) && File.ReadAllBytes(environment).AsSpan().IndexOf(mine) >= 0) yield return process.Id;
            }
        }
    }

    private static void End(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }

    private bool IsListening()
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
