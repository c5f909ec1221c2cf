using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Tests.Processes;

/// <summary>The second process: a generic host with a handler that writes each number to a ledger, and fails on every so many.</summary>
internal static class HostedWorker
{
    public static async Task<int> RunAsync(string[] args)
    {
        FollowParent();
        return args switch
        {
            ["lease", var folder, var name, var ledger, var hangOn] => await LeasedWorker.RunAsync(folder, name, ledger, hangOn),
            [var folder, var name, var ledger, var failEach] => await RunAsync(folder, name, ledger, failEach),
            _ => 2,
        };
    }

    private static void FollowParent()
    {
        Thread follow = new(static () =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            Environment.Exit(1);
        })
        { IsBackground = true };
        follow.Start();
    }

    private static async Task<int> RunAsync(string folder, string name, string ledger, string failEach)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new LedgerFile(ledger, int.Parse(failEach, CultureInfo.InvariantCulture)));
        builder.Services.AddShmQueue<JobQueue>(name, options => options.Directory = folder);
        builder.Services.AddShmQueueHandler<JobQueue, Job, LedgerHandler>(options =>
        {
            options.Parallelism = 3;
            options.OnError = ShmQueueErrorPolicy.DeadLetter;
            options.DeadLetterQueue = name + ".dead";
            options.StopHostWhenCompleted = true;
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        await host.WaitForShutdownAsync();
        return 0;
    }

    private sealed class LedgerHandler(LedgerFile ledger) : IShmQueueHandler<Job>
    {
        public async ValueTask HandleAsync(Job message, CancellationToken cancellationToken)
        {
            await Task.Yield();
            ledger.Write(message.Number);
        }
    }

    private sealed class LedgerFile(string path, int failEach) : IDisposable
    {
        private readonly StreamWriter _lines = new(path, append: true) { AutoFlush = true };

        public void Write(long number)
        {
            if (number % failEach == 0) throw new InvalidDataException("A job that cannot be done.");
            lock (_lines) _lines.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        }

        public void Dispose() => _lines.Dispose();
    }
}
