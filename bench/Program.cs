using System.CommandLine;
using TypedShmQueue.Bench.Comparing;
using TypedShmQueue.Bench.Durable;
using TypedShmQueue.Bench.Frames;
using TypedShmQueue.Bench.Processes;
using TypedShmQueue.Bench.Publishing;
using TypedShmQueue.Bench.Router;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Serialized;
using TypedShmQueue.Bench.Streams;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench;

/// <summary>The command line: one command for each scenario, one for all, and the children's own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("The benchmarks pin threads, map pages and wait on futexes by Linux system calls; run " +
                "them on Linux.").ConfigureAwait(false);
            return 1;
        }

        // Not a command: a child must start before anything else is loaded or printed.
        if (arguments is ["worker"]) return WorkerMain.Run(Console.In, Console.Out);
        if (arguments is [FramesRun.Worker, ..]) return FramesRun.Work(arguments);
        if (arguments is [StreamsRun.Worker, ..]) return StreamsRun.Work(arguments);
        if (arguments is [StartsRun.Worker, _]) return StartsRun.Work(arguments);
        if (arguments is [DeathsRun.Survivor or DeathsRun.Victim, _]) return DeathsRun.Work(arguments);

        Option<bool> peers = new("--peers") { Description = "Also run what one would otherwise use." };
        Option<bool> quick = new("--quick") { Description = "Shorter rounds and fewer points: all scenarios within five minutes." };
        Option<string> only = new("--only") { Description = "Only the cells whose title contains this text." };
        RootCommand root = new("Measures TypedShmQueue between processes, against the machine's floors and against its peers.");
        foreach (string scenario in Plan.Names.Append("all"))
        {
            Command command = new(scenario, Describe(scenario)) { peers, quick, only };
            command.SetAction((parsed, cancellation) => Session.Run(scenario, parsed.GetValue(peers), parsed.GetValue(quick),
                parsed.GetValue(only) ?? "", cancellation));
            root.Add(command);
        }

        Command smoke = new("smoke", "Passes a few messages through every contestant and checks them; measures nothing.");
        smoke.Add(only);
        smoke.SetAction((parsed, cancellation) => Smoke.Run(parsed.GetValue(only) ?? "", cancellation));
        root.Add(smoke);

        Command durable = new("durable", "What a commit costs, beside the disk's own floor and SQLite.");
        durable.SetAction(static _ => DurableRun.Run());
        root.Add(durable);

        Command frames = new("frames", "What large messages cost, in place and copied, beside a bare copy.");
        frames.SetAction(static _ => FramesRun.Run());
        root.Add(frames);

        Command router = new("router", "What a thread pays that sends to several queues in turn, or takes leases from them.");
        router.SetAction(static _ => RouterRun.Run());
        root.Add(router);

        Command gather = new("gather", "What one consumer of several queues pays, by a wait set and by polling.");
        gather.SetAction(static _ => GatherRun.Run());
        root.Add(gather);

        Command spans = new("spans", "What a batch costs that is written in its slots, against one that is copied there.");
        spans.SetAction(static _ => SpanRun.Run());
        root.Add(spans);

        Command handles = new("handles", "What one more handle of a queue costs when many are open.");
        handles.SetAction(static _ => HandlesRun.Run());
        root.Add(handles);

        Command serialized = new("serialized", "What a small serialized message costs, beside its serializer alone.");
        serialized.SetAction(static _ => SerializedRun.Run());
        root.Add(serialized);

        Command laps = new("laps", "The first lap of a queue, where every page is new, beside the second; with Prefault and without.");
        laps.SetAction(static _ => LapsRun.Run());
        root.Add(laps);

        Command streams = new("streams", "A thousand short streams, and the worst of them.");
        streams.SetAction(static _ => StreamsRun.Run());
        root.Add(streams);

        Command starts = new("starts", "What the first calls of a process cost.");
        starts.SetAction(static _ => StartsRun.Run());
        root.Add(starts);

        Command deaths = new("deaths", "How long a consumer gets nothing when a producer is killed in the middle of a send.");
        deaths.SetAction(static _ => DeathsRun.Run());
        root.Add(deaths);

        Argument<string> before = new("before") { Description = "A commit." }, after = new("after") { Description = "Another." };
        Option<string> played = new("--scenario") { Description = "What is played.", DefaultValueFactory = static _ => "throughput" };
        Option<int> turns = new("--turns") { Description = "How often each commit has its turn.", DefaultValueFactory = static _ => 4 };
        Command compare = new("compare", "Two commits, built and measured by turns; fails if the second is slower.") { before, after, played,
            only, turns };
        compare.SetAction(parsed => CompareRun.Run(parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(played)!,
            parsed.GetValue(only) ?? "", parsed.GetValue(turns)));
        root.Add(compare);

        Option<bool> check = new("--check") { Description = "Write nothing; fail if a page differs." };
        Option<FileInfo?> import = new("--import") { Description = "First take the figures of this result file, as a run writes it to " +
            "artifacts/bench, into docs/performance.json." };
        Option<string> name = new("--as") { Description = "The name of the imported run.", DefaultValueFactory = static _ => "full" };
        Command tables = new("tables", "Writes the tables of README.md and the pages of docs from docs/performance.json.") { check, import,
            name };
        tables.SetAction(parsed => TablesCommand.Run(parsed.GetValue(check), parsed.GetValue(import), parsed.GetValue(name)!));
        root.Add(tables);
        return await root.Parse(arguments).InvokeAsync().ConfigureAwait(false);
    }

    private static string Describe(string scenario) => scenario switch
    {
        "throughput" => "Messages a second, one producer and one consumer process.",
        "latency" => "Round trips, each clocked, as percentiles.",
        "wake" => "From a send to the return of a consumer that was parked.",
        "idle" => "Processor time of a consumer that waits.",
        "scale" => "Throughput over process counts, capacities and message sizes.",
        "acknowledged" => "Messages a second that are taken under a lease and acknowledged, beside those that are taken.",
        "broadcast" => "Every message to every subscriber: beside a queue, and what each more subscriber costs the producer.",
        "kills" => "A producer is killed while it sends: how long the others stand still, and what is lost.",
        _ => "Every scenario.",
    };
}
