using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>
/// A real nats-server with JetStream on a free port of the loopback, with a folder of its own. It is ended by its own process, and the
/// kernel ends it with the tests. It can be killed and started again.
/// </summary>
public sealed class NatsServer : IDisposable
{
    private string[] _more;
    private string[] _jetStream;
    private readonly string _folder;
    private Process? _process;

    /// <param name="more">Further arguments of the program.</param>
    public NatsServer(params string[] more)
        : this(FreePorts(1)[0], more)
    {
    }

    internal NatsServer(int port, params string[] more)
    {
        Port = port;
        _more = more;
        _folder = Directory.CreateTempSubdirectory("tsq-nats-").FullName;
        _jetStream = ["-js", "-sd", Path.Combine(_folder, "js")];
    }

    public static bool IsInstalled { get; } = FindProgram("nats-server") != null;

    public int Port { get; }

    public string Url => $"nats://127.0.0.1:{Port}";

    public string Log => Path.Combine(_folder, "log");

    public NatsOpts Options => NatsOpts.Default with { Url = Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(200), ReconnectJitter = TimeSpan.FromMilliseconds(10) };

    /// <summary>One with a configuration file.</summary>
    public static NatsServer WithConfiguration(string text)
    {
        NatsServer server = new();
        string file = Path.Combine(server._folder, "conf");
        File.WriteAllText(file, text);
        server._more = ["-c", file];
        server.Start();
        return server;
    }

    /// <summary>One that is a message broker only.</summary>
    public static NatsServer WithoutJetStream()
    {
        NatsServer server = new() { _jetStream = [] };
        server.Start();
        return server;
    }

    public static NatsServer Started(params string[] more)
    {
        NatsServer server = new(more);
        server.Start();
        return server;
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public void Start()
    {
        Launch();
        WaitUntilAnswers();
    }

    internal void Launch()
    {
        string[] program = FindProgram("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "KILL", "nats-server"] : ["nats-server"];
        ProcessStartInfo start = new(program[0], [.. program[1..], "-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-l", Log, .. _jetStream, .. _more])
        {
            UseShellExecute = false,
        };
        // The kernel ends the child with the thread that started it: one that lives as long as the tests.
        Process? process = null;
        Launcher.Run(() => process = Process.Start(start));
        _process = process!;
    }

    internal void WaitUntilAnswers() => Worker.WaitUntil(() =>
    {
        if (_process is { HasExited: true })
            throw new InvalidOperationException($"nats-server ended: {(File.Exists(Log) ? File.ReadAllText(Log) : "it wrote no log")}");
        using TcpClient client = new();
        try
        {
            client.Connect(IPAddress.Loopback, Port);
            return client.GetStream().ReadByte() == 'I'; // INFO
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }, "nats-server answers");

    /// <summary>No warning, no flush.</summary>
    public void Kill()
    {
        if (_process is not { } process) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    /// <summary>It does nothing until <see cref="Resume"/>, and its connections stay.</summary>
    public void Pause() => Signals.Send(_process!.Id, Signals.Stop);

    public void Resume() => Signals.Send(_process!.Id, Signals.Continue);

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    internal static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/bin"])
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
