using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Tests.Processes;

/// <summary>
/// The second process with a queue with acknowledged delivery: its handler writes each number to a ledger before and after its work, and
/// hangs in the middle of one of them.
/// </summary>
internal static class LeasedWorker
{
    public const int Parallelism = 3;

    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(1);

    public static async Task<int> RunAsync(string folder, string name, string ledger, string hangOn)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new LeaseLedger(ledger, long.Parse(hangOn, CultureInfo.InvariantCulture)));
        builder.Services.AddShmQueue<DutyQueue>(name, options => options.Directory = folder);
        builder.Services.AddShmQueueHandler<DutyQueue, Duty, LedgerHandler>(options =>
        {
            options.Parallelism = Parallelism;
            options.StopHostWhenCompleted = true;
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        await host.WaitForShutdownAsync();
        return 0;
    }

    private sealed class LedgerHandler(LeaseLedger ledger) : IShmQueueHandler<Duty>
    {
        public async ValueTask HandleAsync(Duty message, CancellationToken cancellationToken)
        {
            ledger.Write(LeaseLedger.Begun, message.Number);
            await Task.Delay(message.Number == ledger.HangOn ? Timeout.InfiniteTimeSpan : s_work, cancellationToken);
            ledger.Write(LeaseLedger.Done, message.Number);
        }
    }
}

/// <summary>What became of which number, a line each. The kernel has a line once it is written: it outlives the writer.</summary>
internal sealed class LeaseLedger(string path, long hangOn) : IDisposable
{
    public const string Begun = "begun", Done = "done";

    private readonly StreamWriter _lines = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
    {
        AutoFlush = true,
    };

    /// <summary>The number whose work never ends.</summary>
    public long HangOn => hangOn;

    public void Write(string what, long number)
    {
        lock (_lines) _lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
    }

    /// <summary>How often that was written of each number.</summary>
    public static Dictionary<long, int> Count(string path, string what)
    {
        if (!File.Exists(path)) return [];
        using StreamReader lines = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return lines.ReadToEnd().Split('\n')[..^1].Select(static line => line.Split(' '))
            .Where(line => string.Equals(line[0], what, StringComparison.Ordinal))
            .GroupBy(static line => long.Parse(line[1], CultureInfo.InvariantCulture))
            .ToDictionary(static number => number.Key, static number => number.Count());
    }

    public void Dispose() => _lines.Dispose();
}
