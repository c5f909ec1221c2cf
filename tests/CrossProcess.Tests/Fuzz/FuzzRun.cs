using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Peer.Fuzz;

namespace TypedShmQueue.CrossProcess.Tests.Fuzz;

/// <summary>
/// Cases of one combination of roles, run by a child process and watched from here. A child that crashes, throws or stands still is a
/// failure of the case it was at; another child goes on behind it.
/// </summary>
internal sealed class FuzzRun(string producers, string consumers, int seed, int first, int count) : IDisposable
{
    /// <summary>Far beyond what a case takes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly QueueFolder _folder = new();
    private readonly List<string> _failures = [];

    public static IReadOnlyList<(string Producers, string Consumers)> Roles { get; } =
    [
        (nameof(ManyProducers), nameof(ManyConsumers)), (nameof(ManyProducers), nameof(OneConsumer)),
            (nameof(ManyProducers), nameof(OneWaitingConsumer)),
        (nameof(OneProducer), nameof(ManyConsumers)), (nameof(OneProducer), nameof(OneConsumer)),
            (nameof(OneProducer), nameof(OneWaitingConsumer)),
        (nameof(ManyProducers), nameof(Workers)), (nameof(OneProducer), nameof(Workers)), (nameof(ManyProducers), nameof(Subscribers)),
    ];

    /// <summary>Runs them all.</summary>
    /// <param name="onProgress">Told now and then how many cases are behind us.</param>
    /// <param name="onFailure">Told each failure when it is found.</param>
    public FuzzOutcome Run(Action<int> onProgress, Action<string> onFailure)
    {
        string path = Path.Combine(_folder.Location, "page");
        using FuzzPage page = new(path, FileMode.CreateNew);
        for (int next = first; next < first + count; next = (int)page.Number + 1)
        {
            page.Number = next;
            string argument = string.Create(CultureInfo.InvariantCulture, $"{seed}:{next}:{first + count - next}:{path}");
            using PeerProcess child = PeerProcess.Start(["fuzz", producers, consumers, _folder.Location, "fuzz", argument]);
            if (Watch(child, page, onProgress) is not { } failure) break;
            _failures.Add(string.Create(CultureInfo.InvariantCulture,
                $"{producers} {consumers}, seed {seed}, case {page.Number}: {failure}"));
            onFailure(_failures[^1]);
        }

        return new FuzzOutcome(page.Cases, page.Refused, page.Calls, page.Reports, page.HeldUp, page.Mappings, page.Guarded, _failures);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Null: it ran to its end.</summary>
    private string? Watch(PeerProcess child, FuzzPage page, Action<int> onProgress)
    {
        long number = -1, since = 0;
        while (!child.HasExited)
        {
            long now = Volatile.Read(ref page.Number);
            if (now != number) (number, since) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > s_patience)
                return string.Create(CultureInfo.InvariantCulture,
                    $"hangs (sending {page.Sending}, taking {page.Taking}; 0 is outside a call)");
            onProgress((int)now - first);
            Thread.Sleep(20);
        }

        string ending = child.Ending;
        return ending.StartsWith("exit code 0:", StringComparison.Ordinal) ? null : ending;
    }
}
